/** `GET /api/v1/facilities/{id}/rota`: the shifts, who is on duty now, and the last duty checks. */
import type { Facility } from "@anhu/core/facility";
import { Type } from "typebox";
import { holdsFacility } from "../access/scope.ts";
import type { RotaView } from "../api/types.ts";
import { nextAt, rosterAt } from "../escalation/roster.ts";
import { lastChecks } from "../store/duty-checks.ts";
import type { DutyCheck } from "../store/duty-checks.ts";
import { sendProblem } from "./problem.ts";
import type { HttpOptions, Server } from "./server.ts";

const CHECKS = 20;
const Params = Type.Object({ id: Type.String({ maxLength: 32 }) });

export function rotaRoutes(server: Server, { db, facilities, clock }: HttpOptions): void {
  const route = { config: { access: "rota.read" }, schema: { params: Params } } as const;
  server.get("/api/v1/facilities/:id/rota", route, async ({ params, principal }, reply) => {
    const { id } = params;
    const inScope = await holdsFacility(db, principal.scope, id);
    const file = inScope ? facilities.byId.get(id) : undefined;
    if (file === undefined) return sendProblem(reply, "not_found", `no facility ${id}`);
    return rotaView(file, await lastChecks(db, id, CHECKS), clock.wall());
  });
}

function rotaView(file: Facility, checks: readonly DutyCheck[], now: number): RotaView {
  const { timezone } = file.facility;
  const { shift, people, dutyRoom, changesAt } = rosterAt(file, now);
  const next = file.rota
    .map(({ shift: name, from }) => ({ shift: name, begins_at: nextAt(timezone, now, from) }))
    .toSorted((a, b) => a.begins_at - b.begins_at)[0];
  return {
    timezone,
    shifts: file.rota,
    now:
      shift === null || changesAt === null
        ? null
        : {
            shift: shift.shift,
            ends_at: changesAt,
            people: people.map(({ person }) => person),
            duty_room: dutyRoom.map(({ person }) => person),
          },
    next: next ?? null,
    duty_checks: checks.flatMap(checkView),
  };
}

/** What was planned and not asked yet is nobody's to know. */
function checkView(check: DutyCheck): RotaView["duty_checks"] {
  const { shift, asked_at, answered_at, person, state } = check;
  if (asked_at === null || state === "planned" || state === "skipped") return [];
  return [{ shift, asked_at, answered_at, person, state }];
}
