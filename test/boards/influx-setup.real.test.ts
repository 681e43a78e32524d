/** `anhu influx setup` against a real InfluxDB 1.x: what a person types, and what the server then has. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { startInflux } from "../servers/influx.ts";
import type { InfluxServer } from "../servers/influx.ts";
import { anhu } from "../stage/anhu.ts";

let server: InfluxServer;
const ADMIN = { ANHU_INFLUX_USER: "admin", ANHU_INFLUX_PASSWORD: "admin-of-a-test" };

beforeAll(async () => {
  server = await startInflux();
});
afterAll(() => server.stop());

interface Step {
  readonly what: string;
  readonly name: string;
  readonly outcome: string;
  readonly days?: number;
}

async function setup(database: string, args: readonly string[] = [], env: object = ADMIN) {
  const run = await anhu(["influx", "setup", "--json", ...args], {
    ...(process.env as Record<string, string>),
    ANHU_INFLUX_URL: server.url,
    ANHU_INFLUX_DB: database,
    LANG: "C.UTF-8",
    ...env,
  });
  const answer = JSON.parse(run.stdout || "{}") as { steps?: Step[]; code?: string };
  return { ...run, steps: answer.steps ?? [], reason: answer.code };
}

async function rows(query: string): Promise<Record<string, unknown>[]> {
  const { results } = (await server.admin(query)) as {
    results: { series?: { columns: string[]; values?: unknown[][] }[] }[];
  };
  return (results[0]?.series ?? []).flatMap(({ columns, values = [] }) =>
    values.map((row) => Object.fromEntries(columns.map((column, at) => [column, row[at]]))),
  );
}

test("from nothing: database, retention and roll-ups are made; the second run finds everything and changes nothing", async () => {
  const first = await setup("fresh");
  expect(first.code, first.stderr).toBe(0);
  expect(new Set(first.steps.map(({ outcome }) => outcome))).toEqual(new Set(["made"]));
  const policies = await rows("SHOW RETENTION POLICIES ON fresh");
  expect(policies).toMatchObject([
    { name: "autogen", duration: "9600h0m0s", default: true },
    { name: "hourly", duration: "43848h0m0s", default: false },
  ]);
  const state = async (): Promise<string> =>
    JSON.stringify([
      await rows("SHOW RETENTION POLICIES ON fresh"),
      await server.admin("SHOW CONTINUOUS QUERIES"),
    ]);
  const before = await state();
  const second = await setup("fresh");
  expect(second.code).toBe(0);
  expect(new Set(second.steps.map(({ outcome }) => outcome))).toEqual(new Set(["found"]));
  expect(await state()).toBe(before);
});

test("a database that keeps its readings for ever is only shortened when that was asked for", async () => {
  await server.admin("CREATE DATABASE old");
  const kept = await setup("old");
  expect(kept.steps).toContainEqual(
    expect.objectContaining({ what: "retention", name: "autogen", outcome: "kept", days: 0 }),
  );
  const asked = await setup("old", ["--retention", "30d"]);
  expect(asked.steps).toContainEqual(
    expect.objectContaining({ name: "autogen", outcome: "changed", days: 30 }),
  );
  expect((await rows("SHOW RETENTION POLICIES ON old"))[0]).toMatchObject({
    duration: "720h0m0s",
  });
});

test("a continuous query of ours rolls an hour up, with its tags", async () => {
  await setup("rolled");
  const shown = (await server.admin("SHOW CONTINUOUS QUERIES")) as {
    results: { series: { name: string; values: [string, string][] }[] }[];
  };
  const own = shown.results[0]?.series.find(({ name }) => name === "rolled")?.values ?? [];
  const query = own.find(([name]) => name.startsWith("anhu_hourly_vitals_"))?.[1] ?? "";
  const hour = Math.floor(Date.now() / 3_600_000) * 3_600_000 - 3_600_000;
  const login = "u=admin&p=admin-of-a-test";
  const tags = "vitals,device=d,facility=f,gateway=g,resident=none,room=r302";
  const sent = [60, 70, 95].map((rate, n) => `${tags} heart_rate_bpm=${rate} ${hour + n * 60_000}`);
  await fetch(`${server.url}/write?db=rolled&precision=ms&${login}`, {
    method: "POST",
    body: sent.join("\n"),
  });
  // What the server itself would run at the full hour.
  const select = /BEGIN (SELECT .*) (GROUP BY .*) END/.exec(query);
  const where = `WHERE time >= ${hour}ms AND time < ${hour + 3_600_000}ms`;
  const text = `${select?.[1]} ${where} ${select?.[2]}`;
  await server.admin(text);
  const [row] = await rows('SELECT * FROM "rolled"."hourly"."vitals"');
  expect(row).toMatchObject({
    room: "r302",
    device: "d",
    heart_rate_bpm_mean: 75,
    heart_rate_bpm_min: 60,
    heart_rate_bpm_max: 95,
  });
});

test("a roll-up of an older definition is replaced", async () => {
  await setup("changed");
  await server.admin(
    'CREATE CONTINUOUS QUERY "anhu_hourly_vitals_00000000" ON "changed" BEGIN SELECT mean("x") INTO "y" FROM "z" GROUP BY time(1h) END',
  );
  const { steps } = await setup("changed");
  expect(steps.filter(({ outcome }) => outcome !== "found")).toEqual([
    { what: "roll_up", name: "anhu_hourly_vitals_00000000", outcome: "removed" },
  ]);
});

test.each([
  ["a wrong password", { ...ADMIN, ANHU_INFLUX_PASSWORD: "wrong" }, 1, "influx_refused", /401/],
  ["no administrator", { ANHU_INFLUX_USER: "ingest" }, 1, "influx_refused", /administrator's/],
  [
    "the wrong version",
    { ...ADMIN, ANHU_INFLUX_VERSION: "2", ANHU_INFLUX_TOKEN: "t" },
    1,
    "influx_failed",
    /404/,
  ],
  [
    "an address where nobody is",
    { ANHU_INFLUX_URL: "http://127.0.0.1:1" },
    3,
    "influx_unreachable",
    /does not answer/,
  ],
])("%s: exit code, reason and a sentence", async (_what, env, code, reason, why) => {
  const password = { ANHU_INFLUX_PASSWORD: server.password };
  const ran = await setup("nobody", [], { ...password, ...env });
  expect(ran.code, ran.stderr).toBe(code);
  expect(ran.reason).toBe(reason);
  expect(ran.stderr).toMatch(why);
  expect(JSON.stringify(await rows("SHOW DATABASES"))).not.toContain("nobody");
});
