import { afterEach, beforeEach, expect, test } from "vitest";
import type { CommandAnswer } from "../commands/commands.ts";
import type { CommandDraft } from "../store/commands.ts";
import { T0 } from "../testing/alerts.ts";
import { AS_LOCAL, openTestHttp } from "../testing/http.ts";
import type { TestHttp } from "../testing/http.ts";
import { FACILITY } from "../testing/facility.ts";

const PATH = `/api/v1/facilities/${FACILITY}/devices/smoke-302/test-mode`;

let http: TestHttp;
let told: CommandDraft[];
let answer: CommandAnswer | null;

beforeEach(async () => {
  told = [];
  answer = { ok: true, detail: "ok" };
  http = await openTestHttp({
    run(draft) {
      told.push(draft);
      return Promise.resolve(answer);
    },
  });
});
afterEach(() => http.close());

async function ask(method: "POST" | "DELETE", body?: object, url = PATH) {
  const reply = await http.server.inject({
    method,
    url,
    headers: AS_LOCAL,
    ...(body === undefined ? {} : { payload: body }),
  });
  return { status: reply.statusCode, body: reply.json() };
}

test("a device is put into test mode by its own gateway, which says so", async () => {
  const { status, body } = await ask("POST", { minutes: 30, reason: "yearly test" });
  const until = T0 + 30 * 60_000;
  expect([status, body]).toEqual([200, { device: "smoke-302", until }]);
  expect(told).toEqual([
    {
      facility: FACILITY,
      gateway: "gw1",
      incident: null,
      verb: "test_mode",
      args: { device: "smoke-302", until, reason: "yearly test", by: "local" },
      by: "local",
      expiresAt: T0 + 5_000,
    },
  ]);
  expect(await ask("DELETE")).toMatchObject({ status: 200, body: { until: null } });
  expect(told[1]?.args).toMatchObject({ until: null });
});

test("a gateway that does not answer, or says no, is said", async () => {
  answer = null;
  expect(await ask("POST", { minutes: 30, reason: "test" })).toMatchObject({
    status: 503,
    body: { code: "gateway_unreachable" },
  });
  answer = { ok: false, detail: "unknown_device: none" };
  expect(await ask("POST", { minutes: 30, reason: "test" })).toMatchObject({
    status: 409,
    body: { code: "gateway_refused", detail: "unknown_device: none" },
  });
});

test("an unknown device, an absurd time and a test without a reason are refused before anybody is told", async () => {
  const elsewhere = PATH.replace("smoke-302", "smoke-999");
  expect(await ask("POST", { minutes: 30, reason: "x" }, elsewhere)).toMatchObject({ status: 404 });
  for (const body of [{ minutes: 0, reason: "x" }, { minutes: 481, reason: "x" }, { minutes: 5 }]) {
    expect(await ask("POST", body)).toMatchObject({ status: 400 });
  }
  expect(told).toEqual([]);
});
