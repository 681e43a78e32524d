import { Type } from "typebox";
import { SEVERITIES } from "@anhu/core/states";
import type { Scope } from "../access/model.ts";
import { incidentView } from "../incidents/view.ts";
import { listIncidents } from "../store/reading.ts";
import type { IncidentFilter } from "../store/reading.ts";
import { incidentDetail } from "./detail.ts";
import { sendProblem } from "./problem.ts";
import type { HttpOptions, Server } from "./server.ts";

const Time = Type.Integer({ minimum: 0 });
const ListQuery = Type.Object(
  {
    state: Type.Optional(Type.String({ maxLength: 32 })),
    kind: Type.Optional(Type.String({ maxLength: 64 })),
    severity: Type.Optional(Type.Enum([...SEVERITIES])),
    room: Type.Optional(Type.String({ maxLength: 32 })),
    /** Only those that are neither resolved nor closed. */
    live: Type.Optional(Type.Boolean()),
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
export function incidentRoutes(server: Server, options: HttpOptions): void {
  const { db, rules, steady } = options;
  const list = {
    config: { access: "incidents.read" },
    schema: { querystring: ListQuery },
  } as const;
  server.get("/api/v1/incidents", list, async ({ query, principal }) => {
    const { state, kind, severity, room, live, from, to, cursor, limit } = query;
    const within = [principal.scope, ...scopesOf(query)];
    const filter: IncidentFilter = {
      limit: limit + 1,
      ...(state === undefined ? {} : { state }),
      ...(kind === undefined ? {} : { kind }),
      ...(severity === undefined ? {} : { severity }),
      ...(room === undefined ? {} : { room }),
      ...(live === true ? { live } : {}),
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
      ...(cursor === undefined ? {} : { before: Number(cursor) }),
      within,
    };
    const found = await listIncidents(db, filter);
    const page = found.slice(0, limit);
    return {
      items: page.map((incident) => incidentView(incident, rules, steady())),
      cursor: found.length > limit ? String(page.at(-1)?.position) : null,
    };
  });

  const one = { config: { access: "incidents.read" }, schema: { params: IdParams } } as const;
  server.get("/api/v1/incidents/:id", one, async (request, reply) => {
    const { id } = request.params;
    const detail = await incidentDetail(options, id, request.principal);
    return detail ?? sendProblem(reply, "not_found", `no incident ${id}`);
  });
}

/** What the filter leaves. A region is a prefix of the facility's own. */
function scopesOf(query: { readonly facility?: string; readonly region?: string }): Scope[] {
  const { facility, region } = query;
  return [
    ...(facility === undefined ? [] : [{ kind: "facility", of: facility } as const]),
    ...(region === undefined ? [] : [{ kind: "region", of: region } as const]),
  ];
}
