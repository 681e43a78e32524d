/**
 * `GET /api/v1/incidents/{id}/residents?reason=`: who lives where the incident is, by name. While it is live no reason is needed, afterwards one
 * is (422 `reason_needed`); each look is in the facility's ledger as `name_shown`.
 */
import type { Clock } from "@anhu/core/time";
import { Type } from "typebox";
import type { ResidentsShown } from "../api/types.ts";
import type { Names } from "../facilities/names.ts";
import { isOver } from "../incidents/model.ts";
import { openLogs } from "../store/log.ts";
import { findIncidents } from "../store/reading.ts";
import type { StoredIncident } from "../store/reading.ts";
import { facilityOf } from "./facilities.ts";
import { sendProblem } from "./problem.ts";
import type { HttpOptions, Server } from "./server.ts";

/** A page that asks again while it is open is one look. */
const ONE_LOOK_MS = 10 * 60_000;
/** Looks remembered. At the bound all are forgotten: one that goes on is written once more. */
const LOOKS = 10_000;

const Params = Type.Object({ id: Type.String({ maxLength: 512 }) });
const Query = Type.Object(
  {
    reason: Type.Optional(
      Type.String({ minLength: 1, maxLength: 200, pattern: "^[^\\p{Cc}\\p{Cs}]*$" }),
    ),
  },
  { additionalProperties: false },
);

export function residentRoutes(server: Server, options: HttpOptions): void {
  const { db, names, clock, changes } = options;
  const looks = looksOf(clock);
  const route = {
    config: { access: "residents.names" },
    schema: { params: Params, querystring: Query },
  } as const;
  server.get("/api/v1/incidents/:id/residents", route, async (request, reply) => {
    const { params, query, principal } = request;
    const [incident] = await findIncidents(db, [params.id], principal.scope);
    if (incident === undefined) return sendProblem(reply, "not_found", `no incident ${params.id}`);
    const { reason = null } = query;
    if (reason === null && isOver(incident.state)) {
      return sendProblem(reply, "reason_needed", "the incident is over: say why you look");
    }
    const { facility, id } = incident;
    const file = await facilityOf(options, principal, facility);
    const shown = whoLivesAt(incident, file?.residents ?? [], names);
    const { actor } = principal;
    const people = shown.items.map((one) => one.id);
    // Somebody who was not shown before is a look of its own.
    const look = JSON.stringify([actor, id, reason, people]);
    if (people.length > 0 && looks.isNew(look)) {
      const draft = { actor, type: "name_shown", data: { incident: id, people, reason } };
      await db.transaction().execute(async (tx) => {
        const logs = await openLogs(tx, [facility], clock.wall());
        logs.append(facility, draft, id);
        await logs.flush();
      });
      // Only what is written down is a look: one that failed shows nothing, and the next must not go unwritten.
      looks.noted(look);
      changes.ring();
    }
    return shown;
  });
}

/** Who lives in its rooms, and whom its alerts are about. */
function whoLivesAt(
  { facility, lead, alerts }: StoredIncident,
  residents: readonly {
    readonly id: string;
    readonly room: string;
    readonly mobility?: string;
    readonly two_people?: boolean;
  }[],
  names: Names,
): ResidentsShown {
  const rooms = new Set([lead.room, ...alerts.map(({ room }) => room)]);
  const about = new Set(alerts.map(({ resident }) => resident));
  return {
    items: residents
      .filter(({ id, room }) => rooms.has(room) || about.has(id))
      .map(({ id, room, mobility = null, two_people = false }) => ({
        id,
        name: names.resident(facility, id),
        room,
        mobility,
        two_people,
      })),
  };
}

interface Looks {
  readonly isNew: (look: string) => boolean;
  readonly noted: (look: string) => void;
}

function looksOf(clock: Clock): Looks {
  const last = new Map<string, number>();
  return {
    isNew: (look) => clock.monotonic() - (last.get(look) ?? -Infinity) >= ONE_LOOK_MS,
    noted(look) {
      if (last.size >= LOOKS) last.clear();
      last.set(look, clock.monotonic());
    },
  };
}
