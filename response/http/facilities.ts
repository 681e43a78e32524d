import { Type } from "typebox";
import { indexFacility } from "@anhu/core/facility";
import { loadGateways } from "../store/gateways.ts";
import type { GatewayRow } from "../store/gateways.ts";
import { sendProblem } from "./problem.ts";
import type { HttpOptions, Server } from "./server.ts";

const IdParams = Type.Object({ id: Type.String({ maxLength: 32 }) });

/** `GET /api/v1/facilities`, and of each its rooms (with their residents' ids) and devices. */
export function facilityRoutes(server: Server, { db, facilities }: HttpOptions): void {
  const schema = { params: IdParams };

  server.get("/api/v1/facilities", async () => {
    const gateways = Map.groupBy(await loadGateways(db), (row) => row.facility);
    return {
      items: [...facilities.byId.values()].map(({ facility }) => ({
        ...facility,
        gateways: (gateways.get(facility.id) ?? []).map(gatewayView),
      })),
    };
  });

  server.get("/api/v1/facilities/:id/rooms", { schema }, async ({ params }, reply) => {
    const file = facilities.byId.get(params.id);
    if (file === undefined) return sendProblem(reply, "not_found", `no facility ${params.id}`);
    return {
      items: file.places.map((place) => ({
        ...place,
        residents: file.residents.filter(({ room }) => room === place.id).map(({ id }) => id),
      })),
    };
  });

  server.get("/api/v1/facilities/:id/devices", { schema }, async ({ params }, reply) => {
    const file = facilities.byId.get(params.id);
    if (file === undefined) return sendProblem(reply, "not_found", `no facility ${params.id}`);
    const index = indexFacility(file);
    return { items: index.ok ? [...index.value.devices.values()] : [] };
  });
}

function gatewayView({ gateway, silent, heard_at, status }: GatewayRow): object {
  const said: unknown = status === null ? null : JSON.parse(status);
  return { id: gateway, silent: silent === 1, heard_at, status: said };
}
