/** `GET /api/v1/facilities/{id}/people`: the staff, who is on duty now, and how each can be reached. */
import type { Facility, StaffMember } from "@anhu/core/facility";
import { hasRight } from "../access/rights.ts";
import type { StaffView } from "../api/types.ts";
import { reachesOf } from "../channels/reach.ts";
import { rosterAt } from "../escalation/roster.ts";
import { lastTestCalls } from "../store/facilities.ts";
import { personsWithAccount } from "../store/users.ts";
import { deliveryView } from "./deliveries.ts";
import { facilityOf, FacilityParams } from "./facilities.ts";
import { sendProblem } from "./problem.ts";
import type { HttpOptions, Server } from "./server.ts";

interface Known {
  readonly file: Facility;
  readonly onDuty: ReadonlySet<string>;
  readonly inDutyRoom: ReadonlySet<string>;
  readonly withAccount: ReadonlySet<string>;
  readonly testCalls: Awaited<ReturnType<typeof lastTestCalls>>;
  readonly name: (person: string) => string | null;
}

export function peopleRoutes(server: Server, options: HttpOptions): void {
  const { db, names, clock } = options;
  const route = { config: { access: "people.read" }, schema: { params: FacilityParams } } as const;
  server.get("/api/v1/facilities/:id/people", route, async ({ params, principal }, reply) => {
    const { id } = params;
    const file = await facilityOf(options, principal, id);
    if (file === undefined) return sendProblem(reply, "not_found", `no facility ${id}`);
    const seesNames = hasRight(principal.role, "people.names");
    const { people, dutyRoom } = rosterAt(file, clock.wall());
    const known: Known = {
      file,
      onDuty: new Set(people.map(({ person }) => person)),
      inDutyRoom: new Set(dutyRoom.map(({ person }) => person)),
      withAccount: await personsWithAccount(db, id),
      testCalls: await lastTestCalls(db, id),
      name: (person) => (seesNames ? names.staff(id, person) : null),
    };
    return { items: file.staff.map((member) => staffView(member, known)) };
  });
}

function staffView({ id, role, floor }: StaffMember, known: Known): StaffView {
  const testCall = known.testCalls.get(id);
  const hasAccount = known.withAccount.has(id);
  return {
    id,
    name: known.name(id),
    role,
    floor: floor ?? null,
    channels: [
      ...reachesOf(known.file, id).map(({ channel }) => channel),
      ...(hasAccount ? ["console"] : []),
    ],
    on_duty: known.onDuty.has(id) || known.inDutyRoom.has(id),
    in_duty_room: known.inDutyRoom.has(id),
    has_account: hasAccount,
    last_test_call: testCall === undefined ? null : deliveryView(testCall),
  };
}
