import { Type } from "typebox";
import { indexFacility } from "@anhu/core/facility";
import type { Facility } from "@anhu/core/facility";
import type { Scope } from "../access/model.ts";
import { holdsFacility } from "../access/scope.ts";
import { facilitiesIn } from "../store/facilities.ts";
import { loadGateways } from "../store/gateways.ts";
import type { GatewayRow } from "../store/gateways.ts";
import { sendProblem } from "./problem.ts";
import type { HttpOptions, Server } from "./server.ts";

const IdParams = Type.Object({ id: Type.String({ maxLength: 32 }) });

/** `GET /api/v1/facilities`, and of each its rooms (with their residents' ids) and devices. */
export function facilityRoutes(server: Server, { db, facilities }: HttpOptions): void {
  const list = { config: { access: "facilities.read" } } as const;
  const rooms = { ...list, schema: { params: IdParams } } as const;
  const devices = { config: { access: "devices.read" }, schema: { params: IdParams } } as const;

  server.get("/api/v1/facilities", list, async ({ principal }) => {
    const gateways = Map.groupBy(await loadGateways(db), (row) => row.facility);
    const found = await facilitiesIn(db, principal.scope);
    return {
      items: found
        .flatMap((id) => facilities.byId.get(id) ?? [])
        .map(({ facility }) => ({
          ...facility,
          gateways: (gateways.get(facility.id) ?? []).map(gatewayView),
        })),
    };
  });

  server.get("/api/v1/facilities/:id/rooms", rooms, async ({ params, principal }, reply) => {
    const file = await fileOf(params.id, principal.scope);
    if (file === undefined) return sendProblem(reply, "not_found", `no facility ${params.id}`);
    return {
      items: file.places.map((place) => ({
        ...place,
        residents: file.residents.filter(({ room }) => room === place.id).map(({ id }) => id),
      })),
    };
  });

  server.get("/api/v1/facilities/:id/devices", devices, async ({ params, principal }, reply) => {
    const file = await fileOf(params.id, principal.scope);
    if (file === undefined) return sendProblem(reply, "not_found", `no facility ${params.id}`);
    const index = indexFacility(file);
    return { items: index.ok ? [...index.value.devices.values()] : [] };
  });

  async function fileOf(id: string, scope: Scope): Promise<Facility | undefined> {
    return (await holdsFacility(db, scope, id)) ? facilities.byId.get(id) : undefined;
  }
}

function gatewayView({ gateway, silent, heard_at, status }: GatewayRow): object {
  const said: unknown = status === null ? null : JSON.parse(status);
  return { id: gateway, silent: silent === 1, heard_at, status: said };
}
