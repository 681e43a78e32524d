import { Type } from "typebox";
import { incidentView } from "../incidents/view.ts";
import { findIncidents, listIncidents, timelineOf } from "../store/reading.ts";
import type { IncidentFilter } from "../store/reading.ts";
import { sendProblem } from "./problem.ts";
import type { HttpOptions, Server } from "./server.ts";

/** Entries shown per timeline, the earliest first: the ledger has them all. */
const TIMELINE = 1_000;

const Time = Type.Integer({ minimum: 0 });
const ListQuery = Type.Object(
  {
    state: Type.Optional(Type.String({ maxLength: 32 })),
    facility: Type.Optional(Type.String({ maxLength: 32 })),
    region: Type.Optional(Type.String({ pattern: "^[0-9]{1,12}$" })),
    from: Type.Optional(Time),
    to: Type.Optional(Time),
    cursor: Type.Optional(Type.String({ pattern: "^[0-9]{1,15}$" })),
    limit: Type.Integer({ minimum: 1, maximum: 200, default: 50 }),
  },
  { additionalProperties: false },
);
const IdParams = Type.Object({ id: Type.String({ maxLength: 512 }) });

/** `GET /api/v1/incidents` (newest first) and `/api/v1/incidents/{id}` with its timeline. Ids are percent-encoded. */
export function incidentRoutes(server: Server, { db, rules, facilities }: HttpOptions): void {
  server.get("/api/v1/incidents", { schema: { querystring: ListQuery } }, async ({ query }) => {
    const { state, from, to, cursor, limit } = query;
    const within = facilitiesOf(query.facility, query.region);
    const filter: IncidentFilter = {
      limit: limit + 1,
      ...(state === undefined ? {} : { state }),
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
      ...(cursor === undefined ? {} : { before: Number(cursor) }),
      ...(within === undefined ? {} : { facilities: within }),
    };
    const found = await listIncidents(db, filter);
    const page = found.slice(0, limit);
    return {
      items: page.map((incident) => incidentView(incident, rules)),
      cursor: found.length > limit ? String(page.at(-1)?.position) : null,
    };
  });

  server.get("/api/v1/incidents/:id", { schema: { params: IdParams } }, async (request, reply) => {
    const { id } = request.params;
    const [incident] = await findIncidents(db, [id]);
    if (incident === undefined) return sendProblem(reply, "not_found", `no incident ${id}`);
    const timeline = await timelineOf(db, id, TIMELINE);
    return {
      ...incidentView(incident, rules),
      timeline: timeline.map(({ entry }): unknown => JSON.parse(entry)),
    };
  });

  /** Facilities that the filter leaves; undefined: all. A region is a prefix of the facility's own. */
  function facilitiesOf(facility?: string, region?: string): string[] | undefined {
    if (region === undefined) return facility === undefined ? undefined : [facility];
    return [...facilities.byId.values()]
      .filter((file) => file.facility.region.startsWith(region))
      .map((file) => file.facility.id)
      .filter((id) => facility === undefined || id === facility);
  }
}
