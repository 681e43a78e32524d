/**
 * `GET /api/v1/deliveries?incident=&facility=&person=&cursor=&limit=` (newest first), `POST /api/v1/deliveries/{id}/shown` (a page of the
 * console shows it to the person whose it is) and `POST /api/v1/facilities/{id}/people/{person}/test-call`.
 */
import type { Clock } from "@anhu/core/time";
import { Type } from "typebox";
import type { Principal } from "../access/model.ts";
import { holdsFacility } from "../access/scope.ts";
import type { DeliveryView } from "../api/types.ts";
import type { Notice } from "../channels/model.ts";
import { notify } from "../channels/notify.ts";
import type { Actions } from "../escalation/actions.ts";
import type { Facilities } from "../facilities/files.ts";
import type { Bell } from "../store/bell.ts";
import { deliveriesById, listDeliveries } from "../store/deliveries.ts";
import type { DeliveryRow } from "../store/deliveries.ts";
import type { Db } from "../store/schema.ts";
import { sendProblem } from "./problem.ts";
import type { Server } from "./server.ts";

export interface DeliveryRouteOptions {
  readonly db: Db;
  readonly facilities: Facilities;
  readonly changes: Bell;
  readonly actions: Pick<Actions, "shown">;
  readonly clock: Clock;
}

const Id = Type.String({ maxLength: 64 });
const ListQuery = Type.Object(
  {
    incident: Type.Optional(Type.String({ maxLength: 512 })),
    facility: Type.Optional(Id),
    person: Type.Optional(Id),
    cursor: Type.Optional(Type.String({ pattern: "^[0-9]{1,15}$" })),
    limit: Type.Integer({ minimum: 1, maximum: 200, default: 50 }),
  },
  { additionalProperties: false },
);
const PersonParams = Type.Object({ id: Id, person: Id });

export function deliveryRoutes(server: Server, options: DeliveryRouteOptions): void {
  const { db, facilities, changes, actions, clock } = options;
  const list = {
    config: { access: "deliveries.read" },
    schema: { querystring: ListQuery },
  } as const;
  const receipt = {
    config: { access: "stream.read" },
    schema: { params: Type.Object({ id: Id }) },
  } as const;
  const test = { config: { access: "test-call" }, schema: { params: PersonParams } } as const;

  server.get("/api/v1/deliveries", list, async ({ query, principal }) => {
    const { limit, cursor, ...filter } = query;
    const before = cursor === undefined ? {} : { before: Number(cursor) };
    const { scope } = principal;
    const found = await listDeliveries(db, { ...filter, ...before, scope, limit: limit + 1 });
    const page = found.slice(0, limit);
    return {
      items: page.map(deliveryView),
      cursor: found.length > limit ? String(page.at(-1)?.position) : null,
    };
  });

  server.post("/api/v1/deliveries/:id/shown", receipt, async ({ params, principal }, reply) => {
    const [known] = await deliveriesById(db, [params.id]);
    if (known === undefined || !isOf(principal, known)) {
      return sendProblem(reply, "not_found", `no delivery ${params.id}`);
    }
    await actions.shown(known);
    const [row = known] = await deliveriesById(db, [params.id]);
    return deliveryView(row);
  });

  server.post("/api/v1/facilities/:id/people/:person/test-call", test, async (request, reply) => {
    const { id, person } = request.params;
    const inScope = await holdsFacility(db, request.principal.scope, id);
    const facility = inScope ? facilities.byId.get(id) : undefined;
    const member = facility?.staff.find((one) => one.id === person);
    if (member === undefined) {
      return sendProblem(reply, "not_found", `no ${person} in the staff of ${id}`);
    }
    const rows = await db.transaction().execute(async (tx) => {
      const notice = testCall({ facility: id, person, role: member.role });
      return deliveriesById(tx, await notify(tx, notice, { facility, now: clock.wall() }));
    });
    changes.ring();
    return { items: rows.map(deliveryView) };
  });
}

/** A delivery as the API shows it: without what it tells. */
export function deliveryView(row: DeliveryRow): DeliveryView {
  const { id, facility, incident, person, role, channel, purpose, state, reason, attempts } = row;
  const { created_at, sent_at, delivered_at } = row;
  return {
    id,
    facility,
    incident,
    person,
    role,
    channel,
    purpose,
    state,
    reason,
    attempts,
    created_at,
    sent_at,
    delivered_at,
  };
}

/** Only the person whose it is can say that it is shown, and only on a page. */
function isOf({ person, scope }: Principal, row: DeliveryRow): boolean {
  return (
    row.channel === "console" &&
    person === row.person &&
    scope.kind === "facility" &&
    scope.of === row.facility
  );
}

function testCall(to: Pick<Notice, "facility" | "person" | "role">): Notice {
  return {
    ...to,
    purpose: "test_call",
    incident: null,
    call: null,
    severity: "low",
    drill: false,
    title: { zh: "测试呼叫", en: "Test call" },
    text: { zh: "这是一次测试，无需前往。", en: "This is a test: you need not come." },
    answer: null,
  };
}
