/**
 * `POST /api/v1/facilities/{id}/devices/{device}/test-mode {minutes, reason}` and `DELETE`: the device's gateway is told, and only its own
 * answer makes it so (commands/done.ts). Answers `{device, until}`.
 */
import { indexFacility } from "@anhu/core/facility";
import type { Facility } from "@anhu/core/facility";
import type { Clock } from "@anhu/core/time";
import type { FastifyReply } from "fastify";
import { Type } from "typebox";
import type { Principal } from "../access/model.ts";
import { holdsFacility } from "../access/scope.ts";
import type { Commands } from "../commands/commands.ts";
import type { TestModeArgs } from "../commands/done.ts";
import type { Facilities } from "../facilities/files.ts";
import type { Bell } from "../store/bell.ts";
import type { Db } from "../store/schema.ts";
import { sendProblem } from "./problem.ts";
import type { Server } from "./server.ts";

export interface TestModeRouteOptions {
  readonly db: Db;
  readonly facilities: Facilities;
  readonly changes: Bell;
  readonly run: Commands["run"];
  readonly clock: Clock;
}

const REPLY_MS = 5_000;
/** assumption: a test that takes longer than a shift has been forgotten; the gateway takes up to 24 h. */
const MOST_MINUTES = 480;

const Params = Type.Object({
  id: Type.String({ maxLength: 64 }),
  device: Type.String({ maxLength: 64 }),
});
const Body = Type.Object(
  {
    minutes: Type.Integer({ minimum: 1, maximum: MOST_MINUTES }),
    reason: Type.String({ minLength: 1, maxLength: 200 }),
  },
  { additionalProperties: false },
);

export function testModeRoutes(server: Server, options: TestModeRouteOptions): void {
  const { db, facilities, changes, run, clock } = options;
  const config = { access: "test-mode" } as const;
  const path = "/api/v1/facilities/:id/devices/:device/test-mode";

  server.post(path, { config, schema: { params: Params, body: Body } }, (request, reply) => {
    const { minutes, reason } = request.body;
    const until = clock.wall() + minutes * 60_000;
    const { params, principal } = request;
    return tell({ params, principal, reply, test: { until, reason } });
  });

  server.delete(path, { config, schema: { params: Params } }, ({ params, principal }, reply) =>
    tell({ params, principal, reply, test: { until: null, reason: "" } }),
  );

  async function tell({
    params,
    principal,
    reply,
    test,
  }: {
    readonly params: { readonly id: string; readonly device: string };
    readonly principal: Principal;
    readonly reply: FastifyReply;
    readonly test: Pick<TestModeArgs, "until" | "reason">;
  }) {
    const { id: facility, device } = params;
    const inScope = await holdsFacility(db, principal.scope, facility);
    const gateway = inScope ? gatewayOf(facilities.byId.get(facility), device) : undefined;
    if (gateway === undefined) {
      return sendProblem(reply, "not_found", `no device ${device} in ${facility}`);
    }
    const args: TestModeArgs = { device, ...test, by: principal.actor };
    const expiresAt = clock.wall() + REPLY_MS;
    const draft = { facility, gateway, incident: null, verb: "test_mode", by: principal.actor };
    const answer = await run({ ...draft, args: { ...args }, expiresAt }, REPLY_MS);
    if (answer === null) {
      return sendProblem(reply, "gateway_unreachable", `${gateway} has not answered in 5 s`);
    }
    if (!answer.ok) return sendProblem(reply, "gateway_refused", answer.detail);
    changes.ring();
    return { device, until: test.until };
  }
}

/** The gateway on whose wires the device is. */
function gatewayOf(facility: Facility | undefined, device: string): string | undefined {
  return facility?.gateways.find(({ id }) => {
    const index = indexFacility(facility, id);
    return index.ok && index.value.devices.has(device);
  })?.id;
}
