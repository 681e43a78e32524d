import { expect, onTestFinished, test } from "vitest";
import { runInfluxSetup } from "./index.ts";
import { rollUps } from "./plan.ts";
import type { Step } from "./step.ts";
import { retentionOutcome } from "./step.ts";
import type { Asked, Said, StandIn, State2 } from "./testing/stand-in.ts";
import { serve, version2, version3 } from "./testing/stand-in.ts";

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly steps: readonly Step[];
}

async function standIn(answer: (asked: Asked) => Said): Promise<StandIn> {
  const server = await serve(answer);
  onTestFinished(() => server.close());
  return server;
}

async function setUp(
  url: string,
  more: { env?: Record<string, string>; retention?: string; json?: boolean } = {},
): Promise<Ran> {
  let [out, err] = ["", ""];
  const code = await runInfluxSetup({
    retention: more.retention,
    json: more.json ?? true,
    env: {
      ANHU_INFLUX_URL: url,
      ANHU_INFLUX_DB: "anhu",
      ANHU_INFLUX_TOKEN: "right",
      ...more.env,
    },
    out: { write: (text: string) => (out += text) },
    err: { write: (text: string) => (err += text) },
  });
  const steps = (out.startsWith('{"ok":true') ? JSON.parse(out) : { steps: [] }) as {
    steps: Step[];
  };
  return { code, out, err, steps: steps.steps };
}

function empty2(): State2 {
  return { organizations: [{ id: "0a", name: "home" }], buckets: [], dbrps: [], tasks: [] };
}

test("2.x: buckets, retention, mappings and tasks are made; the second run finds all of them and writes nothing", async () => {
  const state = empty2();
  const server = await standIn(version2(state));
  const first = await setUp(server.url);
  expect(first.code, first.err).toBe(0);
  expect(new Set(first.steps.map(({ outcome }) => outcome))).toEqual(new Set(["made"]));
  expect(state.buckets).toMatchObject([
    { name: "anhu", orgID: "0a", retentionRules: [{ everySeconds: 400 * 86_400 }] },
    { name: "anhu/hourly", orgID: "0a", retentionRules: [{ everySeconds: 1827 * 86_400 }] },
  ]);
  expect(state.dbrps).toMatchObject([
    { database: "anhu", retention_policy: "autogen", default: true, bucketID: "1" },
    { database: "anhu", retention_policy: "hourly", default: false, bucketID: "2" },
  ]);
  expect(state.tasks.map(({ name }) => name)).toContain("anhu hourly anhu/vitals");
  const before = structuredClone(state);
  server.asked.length = 0;
  const second = await setUp(server.url);
  expect(new Set(second.steps.map(({ outcome }) => outcome))).toEqual(new Set(["found"]));
  expect(new Set(server.asked.map(({ method }) => method))).toEqual(new Set(["GET"]));
  expect(state).toEqual(before);
});

test("2.x: a virtual mapping is replaced by one of ours, a task of another definition is changed", async () => {
  const state = empty2();
  const rules = [{ type: "expire", everySeconds: 400 * 86_400 }];
  state.buckets.push({ id: "b", orgID: "0a", name: "anhu", retentionRules: rules });
  const virtual = { bucketID: "b", database: "anhu", retention_policy: "autogen", default: true };
  state.dbrps.push({ id: "v", ...virtual, virtual: true });
  state.tasks.push({ id: "t", name: "anhu hourly anhu/vitals", flux: "of another time" });
  const server = await standIn(version2(state));
  const { steps } = await setUp(server.url);
  const told = (name: string): string | undefined =>
    steps.find((step) => step.name === name && step.what !== "retention")?.outcome;
  expect(told("anhu")).toBe("found");
  expect(told("anhu.autogen")).toBe("made");
  expect(told("anhu hourly anhu/vitals")).toBe("changed");
  expect(state.tasks.find(({ id }) => id === "t")?.["flux"]).toContain("heart_rate_bpm");
});

test("2.x: a second database in one organization has tasks of its own; a name is never code", async () => {
  const state = empty2();
  const server = await standIn(version2(state));
  await setUp(server.url);
  const before = structuredClone(state.tasks);
  const name = 'b"${r}\\';
  expect(await setUp(server.url, { env: { ANHU_INFLUX_DB: name } })).toMatchObject({ code: 0 });
  expect(state.tasks.slice(0, before.length)).toEqual(before);
  expect(state.tasks).toHaveLength(2 * before.length);
  const flux = String(state.tasks.at(-1)?.["flux"]);
  expect(flux).toContain('from(bucket: "b\\"\\${r}\\\\")');
  expect(flux).not.toMatch(/[^\\]\$\{/);
});

test("2.x: with several organizations and no bucket, set-up does not choose", async () => {
  const state = empty2();
  state.organizations.push({ id: "0b" });
  const server = await standIn(version2(state));
  const { code, out, err } = await setUp(server.url);
  expect(code).toBe(1);
  expect(JSON.parse(out)).toMatchObject({ ok: false, code: "influx_organization" });
  expect(err).toContain("2 organizations");
  expect(state.buckets).toEqual([]);
});

test("3.x: the database is made with its retention; what this version cannot do is said, and the second run finds it", async () => {
  const databases = new Map<string, string | undefined>();
  const server = await standIn(version3(databases));
  const outcomes = async (): Promise<unknown[]> =>
    (await setUp(server.url, { retention: "90d" })).steps.map(({ what, outcome }) => [
      what,
      outcome,
    ]);
  expect(await outcomes()).toEqual([
    ["database", "made"],
    ["retention", "made"],
    ["roll_up", "not_possible"],
  ]);
  expect(await outcomes()).toEqual([
    ["database", "found"],
    ["retention", "kept"],
    ["roll_up", "not_possible"],
  ]);
  expect([...databases]).toEqual([["anhu", "90d"]]);
});

test.each([
  ["wrong credentials", { ANHU_INFLUX_TOKEN: "wrong" }, 1, /does not know the credentials.*401/],
  ["no address", { ANHU_INFLUX_URL: "" }, 2, /ANHU_INFLUX_URL is not set/],
  ["no database", { ANHU_INFLUX_DB: "" }, 2, /ANHU_INFLUX_DB is not/],
  ["nobody there", { ANHU_INFLUX_URL: "http://127.0.0.1:10" }, 3, /does not answer.*ECONNREFUSED/],
  [
    "an unreadable secret",
    { ANHU_INFLUX_PASSWORD_FILE: "/nosuch" },
    2,
    /PASSWORD_FILE cannot be read/,
  ],
])("%s: exit code and a sentence", async (_what, env, code, why) => {
  const server = await standIn(version2(empty2()));
  const ran = await setUp(server.url, { env });
  expect(ran.code).toBe(code);
  expect(ran.err).toMatch(why);
  expect(ran.err.trim().split("\n")).toHaveLength(1);
});

test.each([
  [{ status: 204, version: "4.0.0" }, /version "4.0.0"/],
  [{ status: 200 }, /answers 200 and no version/],
])(
  "a server that is no InfluxDB 1 to 3 is told so, and nothing is tried on it",
  async (said, why) => {
    const server = await standIn(() => said);
    const ran = await setUp(server.url);
    expect(ran.code).toBe(1);
    expect(ran.err).toMatch(why);
    expect(server.asked.map(({ path }) => path)).toEqual(["/ping"]);
  },
);

test("credentials that may not do that are told apart from unknown ones", async () => {
  const server = await standIn(({ path }) =>
    path === "/ping" ? { version: "1.8.10" } : { status: 403, body: { error: "not authorized" } },
  );
  const ran = await setUp(server.url);
  expect(ran.code).toBe(1);
  expect(ran.err).toMatch(/may not do that; set-up needs an administrator's: 403 not authorized/);
});

test.each(["400", "0d", "1y", "", "-1d", "4000000000d"])(
  "--retention %j is misuse",
  async (retention) => {
    expect(await setUp("http://127.0.0.1:10", { retention })).toMatchObject({ code: 2 });
  },
);

test("a longer retention is left unless a person asks for the shorter one", () => {
  const usual = { days: 400, asked: false };
  expect(retentionOutcome(400, usual)).toEqual({ outcome: "found", days: 400 });
  expect(retentionOutcome(30, usual)).toEqual({ outcome: "changed", days: 400 });
  expect(retentionOutcome(0, usual)).toEqual({ outcome: "kept", days: 0, note: "longer" });
  expect(retentionOutcome(800, usual)).toMatchObject({ outcome: "kept", days: 800 });
  expect(retentionOutcome(800, { ...usual, asked: true })).toMatchObject({ outcome: "changed" });
  expect(retentionOutcome(30, { days: 0, asked: true })).toMatchObject({ outcome: "changed" });
});

test("what has no numbers has no roll-up, and a change of one has no mean", () => {
  const names = rollUps().map(({ measurement }) => measurement);
  expect(names).toContain("vitals");
  expect(names).toContain("incident");
  expect(names).not.toContain("call_point");
  expect(rollUps().flatMap(({ fields }) => fields)).not.toContain("open_change");
});

test("each page is in one language", async () => {
  const server = await standIn(version2(empty2()));
  const english = await setUp(server.url, { json: false });
  expect(english.out).not.toMatch(/\p{Script=Han}/u);
  expect(english.out).toContain("kept 400 days");
  const chinese = await setUp(server.url, { json: false, env: { LANG: "zh_CN.UTF-8" } });
  expect(chinese.out).toContain("已有");
  expect(chinese.out).not.toMatch(/found|kept/);
});
