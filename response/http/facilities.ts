/** `GET /api/v1/facilities`, and of each its `rooms` with their residents' pseudonyms. */
import type { Facility } from "@anhu/core/facility";
import { roomCode } from "@anhu/core/people";
import { Type } from "typebox";
import type { Principal } from "../access/model.ts";
import { hasRight } from "../access/rights.ts";
import { holdsFacility } from "../access/scope.ts";
import type { FacilityView, GatewayView, RoomView } from "../api/types.ts";
import type { Facilities } from "../facilities/files.ts";
import { facilitiesIn, liveIncidents } from "../store/facilities.ts";
import { loadGateways } from "../store/gateways.ts";
import type { GatewayRow } from "../store/gateways.ts";
import type { Db } from "../store/schema.ts";
import { sendProblem } from "./problem.ts";
import type { HttpOptions, Server } from "./server.ts";

export const FacilityParams = Type.Object({ id: Type.String({ maxLength: 32 }) });

const READ = { access: "facilities.read" } as const;

export function facilityRoutes(server: Server, { db, facilities, roomKey }: HttpOptions): void {
  server.get("/api/v1/facilities", { config: READ }, async ({ principal }) => {
    const { scope } = principal;
    const live = await liveIncidents(db, scope);
    const gateways = Map.groupBy(await loadGateways(db), (row) => row.facility);
    const found = await facilitiesIn(db, scope);
    return {
      items: found
        .flatMap((id) => facilities.byId.get(id) ?? [])
        .map((file) => facilityView(file, { live, gateways })),
    };
  });

  const rooms = { config: READ, schema: { params: FacilityParams } } as const;
  server.get("/api/v1/facilities/:id/rooms", rooms, async ({ params, principal }, reply) => {
    const file = await facilityOf({ db, facilities }, principal, params.id);
    if (file === undefined) return sendProblem(reply, "not_found", `no facility ${params.id}`);
    const key = hasRight(principal.role, "room-codes.read") ? roomKey : null;
    return { items: file.places.map((place) => roomView(file, place, key)) };
  });
}

/** The facility's file; undefined: response has none, or the facility is not in the scope, which is told alike. */
export async function facilityOf(
  { db, facilities }: { readonly db: Db; readonly facilities: Facilities },
  { scope }: Pick<Principal, "scope">,
  id: string,
): Promise<Facility | undefined> {
  return (await holdsFacility(db, scope, id)) ? facilities.byId.get(id) : undefined;
}

function facilityView(
  { facility, gateways }: Facility,
  known: {
    readonly live: ReadonlyMap<string, number>;
    readonly gateways: ReadonlyMap<string, readonly GatewayRow[]>;
  },
): FacilityView {
  const { id, street = null } = facility;
  const rows = new Map(known.gateways.get(id)?.map((row) => [row.gateway, row]));
  const ids = new Set([...gateways.map((gateway) => gateway.id), ...rows.keys()]);
  return {
    ...facility,
    street,
    gateways: [...ids].map((gateway) => gatewayView(gateway, rows.get(gateway))),
    live_incidents: known.live.get(id) ?? 0,
  };
}

function gatewayView(id: string, row: GatewayRow | undefined): GatewayView {
  const said = row?.status ?? null;
  return {
    id,
    silent: row?.silent === 1,
    heard_at: row?.heard_at ?? null,
    status: said === null ? null : (JSON.parse(said) as GatewayView["status"]),
  };
}

/** Only bedrooms and other places where alarms lead have codes on the wall: floors have none. */
function roomView(file: Facility, place: Facility["places"][number], key: string | null): RoomView {
  const residents = file.residents.filter(({ room }) => room === place.id).map(({ id }) => id);
  const hasCode = key !== null && place.kind !== "floor";
  return {
    ...place,
    residents,
    ...(hasCode ? { code: roomCode(key, file.facility.id, place.id) } : {}),
  };
}
