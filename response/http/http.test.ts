import { pino } from "pino";
import { Registry } from "prom-client";
import { afterEach, beforeEach, expect, test } from "vitest";
import { FakeClock } from "@anhu/core/time";
import { openHealth } from "../health/health.ts";
import type { HealthPart } from "../health/health.ts";
import { ruleBook as rules } from "../incidents/rules.ts";
import type { Readings } from "../readings/readings.ts";
import { unavailable } from "../readings/readings.ts";
import type { Bell } from "../store/bell.ts";
import { recordBurst } from "../store/record.ts";
import type { Db } from "../store/schema.ts";
import { alertIntake, T0 } from "../testing/alerts.ts";
import type { Told } from "../testing/alerts.ts";
import { FACILITY } from "../testing/facility.ts";
import { API_TOKEN as TOKEN, AS_LOCAL as SIGNED_IN, openTestHttp } from "../testing/http.ts";
import type { TestHttp } from "../testing/http.ts";
import type { Server } from "./server.ts";

let http: TestHttp;
let db: Db;
let server: Server;
let clock: FakeClock;
let changes: Bell;
let own: HealthPart;
let health: ReturnType<typeof openHealth>;
let readings: { query: Readings["query"]; last: Readings["last"] };

const READING = {
  kind: "heat",
  gateway: "gw1",
  device: "h1",
  room: "r302",
  resident: null,
  fields: { temperature_c: 21 },
};

beforeEach(async () => {
  own = { status: "ok", detail: "" };
  readings = { query: () => Promise.resolve([]), last: () => Promise.resolve([]) };
  clock = new FakeClock(T0);
  health = openHealth({
    own: () => Promise.resolve({ store: own }),
    registry: new Registry(),
    clock,
  });
  http = await openTestHttp({ health, readings });
  ({ db, server, changes } = http);
});

afterEach(() => http.close());

async function get(url: string, headers: Record<string, string> = {}) {
  const reply = await server.inject({ url, headers: { ...SIGNED_IN, ...headers } });
  return { status: reply.statusCode, type: reply.headers["content-type"], body: reply.json() };
}

async function statusOf(headers: Record<string, string>, method: "GET" | "POST" = "GET") {
  const asked = { method, url: "/api/v1/incidents", headers: { host: "localhost", ...headers } };
  return (await server.inject(asked)).statusCode;
}

async function count(query: string): Promise<number> {
  return (await get(`/api/v1/incidents?${query}`)).body.items.length;
}

async function record(...told: Told[]): Promise<void> {
  const intakes = told.map((one) => alertIntake({ facility: FACILITY, ...one }));
  await recordBurst(db, { intakes, rules, now: T0 + 1_000, nowSteady: T0 + 1_000 });
  changes.ring();
}

test("an incident is shown as the contract says", async () => {
  await record({});
  const id = `${FACILITY}.fire.all.${T0}`;
  const { status, body } = await get(`/api/v1/incidents/${encodeURIComponent(id)}`);
  expect(status).toBe(200);
  expect(body).toMatchObject({
    id,
    facility: FACILITY,
    kind: "fire",
    class: "alarm",
    severity: "critical",
    state: "raised",
    drill: false,
    opened_at: T0,
    room: "r302",
    title: { zh: "烟雾报警", en: "Smoke alarm" },
    people: [],
  });
  expect(body.alerts).toMatchObject([
    { id: `${FACILITY}/smoke-302/smoke-alarm/${T0}`, gateway: "gw1", cleared_at: null },
  ]);
  expect(body.timeline.map(({ type }: { type: string }) => type)).toEqual([
    "alert_raised",
    "incident_opened",
  ]);
});

test("an id with slashes is found when it is percent-encoded", async () => {
  const longest = "火".repeat(256);
  for (const event of [`${FACILITY}/a/b/1`, `${FACILITY}/${longest}`]) {
    await record({ event, device: event });
    expect(await get(`/api/v1/incidents/${encodeURIComponent(event)}`)).toMatchObject({
      status: 200,
    });
  }
});

test("incidents are filtered, and paged without a gap or a repeat", async () => {
  for (let n = 0; n < 5; n += 1) await record({ onset: T0 + n * 3_600_000 });
  await record({ onset: T0, phase: "cleared", at: T0 + 9 }, { facility: "elsewhere" });
  const seen: number[] = [];
  let cursor = "";
  do {
    const { body } = await get(`/api/v1/incidents?limit=2&facility=${FACILITY}${cursor}`);
    seen.push(...body.items.map((item: { opened_at: number }) => item.opened_at));
    cursor = body.cursor === null ? "" : `&cursor=${body.cursor}`;
  } while (cursor !== "");
  expect(seen).toEqual([4, 3, 2, 1, 0].map((n) => T0 + n * 3_600_000));

  expect(await count("state=resolved")).toBe(1);
  expect(await count("kind=fire&severity=critical")).toBe(6);
  expect(await count("kind=care")).toBe(0);
  expect(await count("room=r302")).toBe(6);
  expect(await count("room=r101")).toBe(0);
  expect(await count("severity=low")).toBe(0);
  expect(await count("region=3503")).toBe(5);
  expect(await count("region=11")).toBe(0);
  expect(await count(`from=${T0 + 1}&to=${T0 + 3_600_001}`)).toBe(1);
});

test("the log is served as it was written, in pages", async () => {
  await record({}, { device: "smoke-303", event: `${FACILITY}.fire.all.${T0}` });
  const { body } = await get(`/api/v1/ledger/${FACILITY}?from=2&limit=1`);
  expect(body.items).toMatchObject([{ seq: 2 }]);
  expect(JSON.parse(body.items[0].entry)).toMatchObject({ seq: 2, type: "incident_opened" });
  expect(body).toMatchObject({ next: 3, size: 3 });
});

test("readings are given in pages that end between two times", async () => {
  const at = (n: number) => T0 + Math.floor(n / 2);
  const stored = Array.from({ length: 5_003 }, (_, n) => ({ ...READING, at: at(n) }));
  readings.query = async ({ from, limit }) =>
    stored.filter((one) => one.at >= from).slice(0, limit);
  const { body } = await get(`/api/v1/readings?facility=f&from=${T0}&to=${T0 + 9_999}`);
  expect(body).toMatchObject({ items: { length: 5_000 }, next: T0 + 2_500 });
  const rest = await get(`/api/v1/readings?facility=f&from=${body.next}&to=${T0 + 9_999}`);
  expect(rest.body).toEqual({ items: stored.slice(5_000), next: null });
});

test("a question about readings that cannot be answered says why", async () => {
  const all = `facility=f&from=0&to=${T0}`;
  for (const query of [
    "facility=f",
    `${all}&field=a=b`,
    `${all}&every=60000`,
    `${all}&kind=heat`,
  ]) {
    expect(await get(`/api/v1/readings?${query}`)).toMatchObject({ status: 400 });
  }
  const chart = `${all}&device=d&field=alarm&every=60000`;
  expect((await get(`/api/v1/readings?${chart}`)).body.detail).toMatch(/over 5000 intervals/);
  readings.query = () => Promise.reject(unavailable("busy"));
  expect((await get(`/api/v1/readings?${all}`)).body).toMatchObject({
    status: 503,
    code: "readings_unavailable",
    detail: "busy",
  });
});

test("errors are problem documents with a code", async () => {
  const wrong: [string, number, string][] = [
    ["/api/v1/incidents/none", 404, "not_found"],
    ["/api/v1/nowhere", 404, "not_found"],
    ["/api/v1/incidents?limit=0", 400, "bad_request"],
    ["/api/v1/incidents?stat=raised", 400, "bad_request"],
    ["/api/v1/incidents?cursor=x", 400, "bad_request"],
    ["/api/v1/incidents/%zz", 400, "bad_request"],
    [`/api/v1/incidents/${"x".repeat(9_000)}`, 400, "bad_request"],
  ];
  for (const [url, status, code] of wrong) {
    const reply = await get(url);
    expect(reply).toMatchObject({
      status,
      type: expect.stringContaining("application/problem+json"),
    });
    expect(reply.body).toMatchObject({ status, code });
  }
});

test("who is not signed in, or by a wrong token, is told so and nothing else", async () => {
  const { authorization } = SIGNED_IN;
  const wrong = ["", "Bearer", `Bearer ${TOKEN}0`, `Bearer ${TOKEN.slice(1)}`, `Basic ${TOKEN}`];
  for (const one of wrong) expect(await statusOf({ authorization: one })).toBe(401);
  expect(await statusOf({ authorization })).toBe(200);
  expect(await get("/api/v1/nowhere", { authorization: "" })).toMatchObject({ status: 404 });
});

test("a page of another site can change nothing", async () => {
  const { authorization } = SIGNED_IN;
  const foreign = [
    { origin: "https://evil.example" },
    { origin: "null" },
    { origin: "http://localhost:9999" },
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site", origin: "http://localhost" },
  ];
  for (const headers of foreign) {
    expect(await statusOf({ authorization, ...headers }, "POST")).toBe(403);
  }
  const ours = { origin: "http://localhost", "sec-fetch-site": "same-origin" };
  expect(await statusOf({ authorization, ...ours }, "POST")).toBe(404);
});

test("only loopback names are answered", async () => {
  for (const host of ["evil.example", "127.0.0.1.evil.example", "localhost:x"]) {
    expect(await get("/api/v1/incidents", { host })).toMatchObject({ status: 403 });
  }
  for (const host of ["127.0.0.1:8080", "localhost", "[::1]:8080"]) {
    expect(await get("/api/v1/incidents", { host })).toMatchObject({ status: 200 });
  }
});

test("health is the worst of all services, and one that stops reporting is down after 30 s", async () => {
  expect((await get("/healthz")).body).toMatchObject({ status: "ok" });
  expect(health.take({ type: "health", service: 1 })).toBe(false);
  expect(health.take(report("degraded"))).toBe(true);
  expect(await get("/healthz")).toMatchObject({
    status: 200,
    body: { status: "degraded", parts: { "ingest.store": { status: "degraded" } } },
  });
  const metrics = await server.inject({ url: "/metrics", headers: { host: "localhost" } });
  expect(metrics.body).toContain('anhu_points_total{service="ingest"} 3');
  clock.advance(30_001);
  expect(await get("/healthz")).toMatchObject({
    status: 503,
    body: { status: "down", parts: { ingest: { status: "down" } } },
  });
});

test("a stream tells each change once, and goes on where its reader left off", async () => {
  const port = await server.listen({ host: "127.0.0.1", port: 0 });
  const first = await openStream(port, {});
  expect(await first.next()).toMatchObject({ event: "hello" });
  await record({});
  const raised = await first.next();
  expect(raised).toMatchObject({ event: "incident", data: { state: "raised" } });
  await first.close();

  await record({ phase: "cleared", at: T0 + 5 });
  const second = await openStream(port, { "last-event-id": raised.id });
  expect(await second.next()).toMatchObject({ event: "hello", id: raised.id });
  expect(await second.next()).toMatchObject({ event: "incident", data: { state: "resolved" } });
  await second.close();

  const lost = await openStream(port, { "last-event-id": "999999" });
  expect(await lost.next()).toMatchObject({ event: "reset" });
  // It stays open: the end of the server does not wait for it.
});

function report(status: string) {
  return {
    type: "health",
    service: "ingest",
    parts: { store: { status, detail: "" } },
    metrics: "# TYPE anhu_points_total counter\nanhu_points_total 3\n",
  };
}

interface StreamEvent {
  readonly id: string;
  readonly event: string;
  readonly data: unknown;
}

async function openStream(base: string, headers: Record<string, string>) {
  const abort = new AbortController();
  const { body } = await fetch(`${base}/api/v1/stream`, {
    headers: { authorization: SIGNED_IN.authorization, ...headers },
    signal: abort.signal,
  });
  const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  return {
    async next(): Promise<StreamEvent> {
      for (;;) {
        const match = /id: (\d+)\nevent: (\w+)\ndata: (.*)\n\n/.exec(text);
        if (match !== null) {
          text = text.slice(match.index + match[0].length);
          const [, id = "", event = "", data = ""] = match;
          return { id, event, data: JSON.parse(data) };
        }
        const read = await reader?.read();
        if (read?.value === undefined) throw new Error("the stream ended");
        text += read.value;
      }
    },
    async close() {
      abort.abort();
      await reader?.closed.catch(() => undefined);
    },
  };
}

test("what fails is in the log without the token that the address carried", async () => {
  const lines: string[] = [];
  const log = pino({ level: "error" }, { write: (line: string) => void lines.push(line) });
  const other = await openTestHttp({
    log,
    actions: {
      act: () => Promise.reject(new Error("disk full")),
      answer: () => Promise.reject(new Error("disk full")),
      shown: () => Promise.reject(new Error("disk full")),
    },
  });
  try {
    const reply = await other.server.inject({
      method: "POST",
      url: "/api/v1/answers/a-token-that-is-a-right",
      headers: { host: "localhost" },
      payload: { answer: "coming" },
    });
    expect(reply.statusCode).toBe(500);
    expect(lines.join()).toContain("/api/v1/answers/:token");
    expect(lines.join()).not.toContain("a-token-that-is-a-right");
  } finally {
    await other.close();
  }
});

test("one person's pages leave streams to others", async () => {
  const base = await server.listen({ host: "127.0.0.1", port: 0 });
  const scope = { kind: "facility", of: FACILITY } as const;
  const abort = new AbortController();
  const streamOf = async (login: string) => {
    const user = await http.addUser({ role: "carer", scope, login });
    const { host: _host, ...headers } = await http.signedIn(user);
    return () => fetch(`${base}/api/v1/stream`, { headers, signal: abort.signal });
  };
  const open = await streamOf("many");
  const answers = await Promise.all(Array.from({ length: 20 }, open));
  expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
  const over = await open();
  expect(over.status).toBe(503);
  expect(await over.json()).toMatchObject({ code: "too_many_streams" });
  expect((await (await streamOf("other"))()).status).toBe(200);
  abort.abort();
});
