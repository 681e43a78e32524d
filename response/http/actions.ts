/**
 * `POST /api/v1/incidents/{id}/{acknowledge|cannot-come|arrive|resolve|close|silence|note}`: what people do, answered with the incident as it
 * is then. Each can be sent again: the second time changes nothing.
 */
import type { Result } from "@anhu/core/result";
import type { FastifyReply } from "fastify";
import { Type } from "typebox";
import type { Principal } from "../access/model.ts";
import { holdsFacility } from "../access/scope.ts";
import type { Action } from "../escalation/actions.ts";
import type { Doer } from "../escalation/desk.ts";
import { facilityOfIncident } from "../store/reading.ts";
import { incidentDetail, manages, personOf } from "./detail.ts";
import { isProblem, sendProblem } from "./problem.ts";
import type { HttpOptions, Server } from "./server.ts";

const Params = Type.Object({ id: Type.String({ maxLength: 512 }) });
const exact = { additionalProperties: false } as const;
const Nothing = Type.Optional(Type.Union([Type.Object({}, exact), Type.Null()]));
/** assumption: a remark, not a report. */
const Text = Type.String({ minLength: 1, maxLength: 1_000, pattern: "^[^\\p{Cc}\\p{Cs}]*$" });
const Code = Type.String({ pattern: "^[0-9]{4}$" });
const CAUSES = [
  "real",
  "false_alarm",
  "test",
  "cooking_or_steam",
  "smoking",
  "device_fault",
  "accidental",
  "other",
] as const;
const Arrival = Type.Object({ code: Type.Optional(Code) }, exact);
const Closing = Type.Object({ cause: Type.Enum([...CAUSES]), note: Type.Optional(Text) }, exact);

export function actionRoutes(server: Server, options: HttpOptions): void {
  const act = { access: "incidents.act" } as const;
  const path = "/api/v1/incidents/:id";

  for (const name of ["acknowledge", "cannot-come", "silence"] as const) {
    const schema = { params: Params, body: Nothing };
    server.post(`${path}/${name}`, { config: act, schema }, ({ params, principal }, reply) =>
      perform({ id: params.id, principal, reply, action: { do: name } }),
    );
  }

  const arrival = { params: Params, body: Type.Union([Arrival, Type.Null()]) };
  server.post(`${path}/arrive`, { config: act, schema: arrival }, (request, reply) => {
    const { params, principal, body } = request;
    const action = { do: "arrive", code: body?.code } as const;
    return perform({ id: params.id, principal, reply, action });
  });

  const resolving = { config: act, schema: { params: Params, body: Nothing } };
  server.post(`${path}/resolve`, resolving, ({ params, principal }, reply) => {
    const action = { do: "resolve", manages: manages(principal) } as const;
    return perform({ id: params.id, principal, reply, action });
  });

  const closing = {
    config: { access: "incidents.close" },
    schema: { params: Params, body: Closing },
  } as const;
  server.post(`${path}/close`, closing, ({ params, principal, body }, reply) => {
    const action = { do: "close", cause: body.cause, text: body.note } as const;
    return perform({ id: params.id, principal, reply, action });
  });

  const noting = {
    config: act,
    schema: { params: Params, body: Type.Object({ text: Text }, exact) },
  };
  server.post(`${path}/note`, noting, ({ params, principal, body }, reply) =>
    perform({ id: params.id, principal, reply, action: { do: "note", text: body.text } }),
  );

  async function perform({ id, principal, reply, action }: Asked) {
    const facility = await facilityOfIncident(options.db, id);
    if (facility === undefined || !(await holdsFacility(options.db, principal.scope, facility))) {
      return sendProblem(reply, "not_found", `no incident ${id}`);
    }
    const done = await options.actions.act(id, doerOf(principal, facility), action);
    if (!done.ok) return sendRefused(reply, done);
    return incidentDetail(options, id, principal);
  }

  /** By name of the log, and by the role that the facility's staff has; who is not of it by the role of the account. */
  function doerOf(principal: Principal, facility: string): Doer {
    const staff = options.facilities.byId.get(facility)?.staff ?? [];
    const member = staff.find(({ id }) => id === principal.person);
    const { actor, role } = principal;
    return { actor, person: personOf(principal), role: member?.role ?? role };
  }
}

interface Asked {
  readonly id: string;
  readonly principal: Principal;
  readonly reply: FastifyReply;
  readonly action: Action;
}

/** A refusal as its problem document. */
export function sendRefused(
  reply: FastifyReply,
  { error }: Extract<Result<unknown>, { ok: false }>,
): FastifyReply {
  return sendProblem(reply, isProblem(error.reason) ? error.reason : "internal", error.detail);
}
