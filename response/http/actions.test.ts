import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Principal } from "../access/model.ts";
import { ruleBook as rules } from "../incidents/rules.ts";
import { recordBurst } from "../store/record.ts";
import { alertIntake, T0 } from "../testing/alerts.ts";
import { FACILITY, FACILITY_FILE } from "../testing/facility.ts";
import { AS_LOCAL, openTestHttp } from "../testing/http.ts";
import type { TestHttp } from "../testing/http.ts";

const ID = `${FACILITY}.fire.all.${T0}`;
const STAFF = `staff:
  - { id: s-01, role: carer, floor: f3, rooms: [r302], channels: [ { webhook: "http://127.0.0.1:1/phone" } ] }
  - { id: s-09, role: head, channels: [] }
rota:
  - { shift: all, from: "00:00", to: "24:00", people: [s-01] }`;

let http: TestHttp;
beforeEach(async () => {
  const file = FACILITY_FILE.replace("staff: []\nrota: []", STAFF);
  http = await openTestHttp({ files: { "facility.yaml": file } });
  const intakes = [alertIntake({ facility: FACILITY })];
  await recordBurst(http.db, { intakes, rules, now: T0, nowSteady: http.steady() });
});
afterEach(() => http.close());

type Headers = Readonly<Record<string, string>>;

async function post(path: string, body: object = {}, headers: Headers = AS_LOCAL) {
  const url = `/api/v1/incidents/${encodeURIComponent(ID)}/${path}`;
  const reply = await http.server.inject({ method: "POST", url, headers, payload: body });
  return { status: reply.statusCode, body: reply.json() };
}

async function detail(headers: Headers = AS_LOCAL) {
  const url = `/api/v1/incidents/${encodeURIComponent(ID)}`;
  return (await http.server.inject({ url, headers })).json();
}

async function carer(): Promise<Headers> {
  const scope = { kind: "facility", of: FACILITY } as const;
  return http.signedIn(await http.addUser({ role: "carer", scope, person: "s-01" }));
}

async function clear(): Promise<void> {
  const intakes = [alertIntake({ facility: FACILITY, phase: "cleared", at: T0 + 5 })];
  await recordBurst(http.db, { intakes, rules, now: T0 + 5, nowSteady: http.steady() });
}

describe("a carer on a page", () => {
  test("comes, arrives, and sees each time what can be done next", async () => {
    const headers = await carer();
    expect(await detail(headers)).toMatchObject({
      actions: ["acknowledge", "cannot-come", "arrive", "silence", "note"],
    });
    const coming = await post("acknowledge", {}, headers);
    expect(coming).toMatchObject({
      status: 200,
      body: {
        state: "acknowledged",
        own_call: { person: "s-01", role: "carer", answer: "coming", tier: "nearest" },
        actions: ["cannot-come", "arrive", "silence", "note"],
      },
    });
    const there = await post("arrive", {}, headers);
    expect(there.body).toMatchObject({ state: "arrived", actions: ["resolve", "silence", "note"] });
    expect(there.body.timeline.at(-1)).toMatchObject({ type: "incident_arrived" });
    expect(there.body.own_call).toMatchObject({ missed: false, promised_at: expect.any(Number) });
    expect(there.body.deliveries).toContainEqual(
      expect.objectContaining({ person: "s-01", purpose: "call", channel: "webhook" }),
    );
  });

  test("silences, and is told for how long", async () => {
    const { body } = await post("silence", {}, await carer());
    expect(body).toMatchObject({ silenced_ms: 120_000, state: "raised" });
    expect(body.actions).not.toContain("silence");
  });

  test("says what it was, only when it is over", async () => {
    const headers = await carer();
    expect(await post("close", { cause: "smoking" }, headers)).toMatchObject({
      status: 409,
      body: { code: "wrong_state" },
    });
    await clear();
    expect((await detail(headers)).actions).toEqual(["close", "note"]);
    expect(await post("close", { cause: "smoking", note: "阳台" }, headers)).toMatchObject({
      status: 200,
      body: {
        state: "closed",
        cause: "smoking",
        closed_by: "user:u-carer",
        accounts: { "user:u-carer": "s-01" },
        actions: ["note"],
      },
    });
    expect(await post("acknowledge", {}, headers)).toMatchObject({
      status: 409,
      body: { code: "call_over" },
    });
  });

  test("does not reset from afar", async () => {
    expect(await post("resolve", {}, await carer())).toMatchObject({
      status: 409,
      body: { code: "wrong_state" },
    });
  });
});

test("who asks for what is not there, or says it wrongly, is told so", async () => {
  const wrong = [
    ["close", {}],
    ["close", { cause: "aliens" }],
    ["note", {}],
    ["note", { text: "" }],
    ["note", { text: "a\u0007b" }],
    ["arrive", { code: "12" }],
    ["acknowledge", { really: true }],
  ] as const;
  for (const [path, body] of wrong) expect((await post(path, body)).status, path).toBe(400);
  const gone = await http.server.inject({
    method: "POST",
    url: "/api/v1/incidents/none/acknowledge",
    headers: AS_LOCAL,
    payload: {},
  });
  expect(gone.json()).toMatchObject({ status: 404, code: "not_found" });
});

test("an incident of another facility is not there for who is not of it", async () => {
  const scope = { kind: "facility", of: "elsewhere" } as const;
  const headers = await http.signedIn(await http.addUser({ role: "carer", scope }));
  for (const path of ["acknowledge", "silence", "note", "close"]) {
    const body = {
      ...(path === "note" ? { text: "x" } : {}),
      ...(path === "close" ? { cause: "test" } : {}),
    };
    expect(await post(path, body, headers), path).toMatchObject({ status: 404 });
  }
});

test("an inspector reads, and does nothing", async () => {
  const scope: Principal["scope"] = { kind: "region", of: "35" };
  const headers = await http.signedIn(await http.addUser({ role: "inspector", scope }));
  expect(await detail(headers)).toMatchObject({ id: ID, actions: [], own_call: null });
  expect((await post("acknowledge", {}, headers)).status).toBe(403);
});

test("a manager without a staff id comes by the account's name, and may reset", async () => {
  const { body } = await post("acknowledge");
  expect(body).toMatchObject({
    state: "acknowledged",
    own_call: { person: "local", role: "administrator", tier: "self" },
  });
  expect(await post("resolve")).toMatchObject({
    status: 503,
    body: { code: "gateway_unreachable" },
  });
});

describe("an answer by its address", () => {
  async function token(): Promise<string> {
    await post("note", { text: "looked at" });
    const row = await http.db
      .selectFrom("deliveries")
      .select("body")
      .where("person", "=", "s-01")
      .executeTakeFirstOrThrow();
    return (JSON.parse(row.body) as { answer: { token: string } }).answer.token;
  }

  async function say(to: string, body: object, query = "") {
    const url = `/api/v1/answers/${to}${query}`;
    const headers = { host: "localhost:8080" };
    const reply = await http.server.inject({ method: "POST", url, headers, payload: body });
    return { status: reply.statusCode, body: reply.json() };
  }

  test("needs no session, and gives the incident's state", async () => {
    const own = await token();
    expect(await say(own, { answer: "coming" }, "?delivery=d-1")).toEqual({
      status: 200,
      body: { state: "acknowledged" },
    });
    expect(await say(own, { answer: "arrived", code: null })).toMatchObject({ status: 200 });
    await clear();
    expect(await say(own, { answer: "coming" })).toMatchObject({
      status: 409,
      body: { code: "call_over" },
    });
  });

  test("that nobody was given is not there, and guessing is bounded for the one who guesses", async () => {
    const own = await token();
    for (let n = 0; n < 60; n += 1) {
      expect((await say(`guess-number-${n}-of-many`, { answer: "coming" })).status).toBe(404);
    }
    expect(await say(own, { answer: "coming" })).toMatchObject({
      status: 429,
      body: { code: "too_many_tries" },
    });
    const url = `/api/v1/answers/${own}`;
    const payload = { answer: "shown" };
    const headers = { host: "localhost" };
    const elsewhere = { method: "POST", url, headers, payload, remoteAddress: "10.0.0.7" } as const;
    expect((await http.server.inject(elsewhere)).statusCode).toBe(200);
    http.clock.advance(60_000);
    expect((await say(own, { answer: "coming" })).status).toBe(200);
  });

  test("of no known form is refused", async () => {
    const own = await token();
    for (const body of [{}, { answer: "maybe" }, { answer: "arrived", code: "abcd" }]) {
      expect((await say(own, body)).status).toBe(400);
    }
  });
});

test("the rota says who is on duty, until when, and what was asked of the duty room", async () => {
  const check = { id: "c1", facility: FACILITY, shift: "all", due_at: T0, asked_steady: 0 };
  await http.db
    .insertInto("duty_checks")
    .values([
      { ...check, asked_at: T0, answered_at: T0 + 9, person: "s-05", state: "answered" },
      { ...check, id: "c2", asked_at: null, answered_at: null, person: null, state: "planned" },
    ])
    .execute();
  const url = `/api/v1/facilities/${FACILITY}/rota`;
  const { body } = await http.server.inject({ url, headers: AS_LOCAL });
  expect(JSON.parse(body)).toMatchObject({
    timezone: "Asia/Shanghai",
    shifts: [{ shift: "all", people: ["s-01"] }],
    now: { shift: "all", people: ["s-01"], duty_room: [] },
    next: { shift: "all" },
    duty_checks: [
      { shift: "all", asked_at: T0, answered_at: T0 + 9, person: "s-05", state: "answered" },
    ],
  });
  const other = await http.server.inject({ url: "/api/v1/facilities/x/rota", headers: AS_LOCAL });
  expect(other.statusCode).toBe(404);
});
