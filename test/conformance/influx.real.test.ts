/** The InfluxDB store against the server itself: the contract of every store, and what only this one can get wrong. */
import { storeContract } from "@anhu/ingest/stores/contract";
import { openInfluxStore } from "@anhu/ingest/stores/influx";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { InfluxServer } from "../servers/influx.ts";
import { startInflux } from "../servers/influx.ts";

type Store = Awaited<ReturnType<typeof openInfluxStore>>;

const T = 1_763_719_200_000;
let server: InfluxServer;
const opened: Store[] = [];

beforeAll(async () => {
  server = await startInflux();
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((store) => store.close()));
});
afterAll(() => server.stop());

storeContract("influx", () =>
  Promise.resolve({
    open: () => open(),
    async crash(store) {
      await store.close();
      await server.kill();
      await server.start();
    },
    remove: () => Promise.resolve(),
  }),
);

test("a partial refusal of the server names exactly its lines; the others are stored", async () => {
  await server.admin("DROP MEASUREMENT water");
  const login = `u=${server.user}&p=${server.password}`;
  // Somebody else wrote a field with another type. 1.x holds types apart by shard, a week long here.
  await fetch(`${server.url}/write?db=${server.database}&precision=ms&${login}`, {
    method: "POST",
    body: `water,facility=other level_m="high" ${T}`,
  });
  const store = await open();
  const bad = [3, 4, 17, 40];
  const lines = Array.from({ length: 40 }, (_, i) =>
    line("partial", bad.includes(i + 1) ? "level_m=1" : "pressure_kpa=310.5", T + i, "water"),
  );
  lines.splice(9, 0, "smog,device=s1 alarm=true 1");
  expect(await write(store, lines)).toEqual({
    outcome: "stored",
    refused: [
      { line: 3, code: "wrong_type" },
      { line: 4, code: "wrong_type" },
      { line: 10, code: "unknown_kind" },
      { line: 18, code: "wrong_type" },
      { line: 41, code: "wrong_type" },
    ],
  });
  expect(await store.count({ facility: "partial" })).toBe(36);
  expect(await store.health()).toMatchObject({ status: "ok" });
});

test("points behind the database's retention are refused as too old", async () => {
  await server.admin("CREATE DATABASE short WITH DURATION 1h");
  await server.admin(`GRANT ALL ON short TO ${server.user}`);
  const store = await open({ database: "short" });
  const now = Date.now();
  const lines = [line("old", "alarm=true", now - 7_200_000), line("old", "alarm=true", now)];
  expect(await write(store, lines)).toEqual({
    outcome: "stored",
    refused: [{ line: 1, code: "time_too_old" }],
  });
  expect(await store.count({ facility: "old" })).toBe(1);
});

test.each([
  ["credentials", { password: "wrong" }, /refuses the credentials: 401/],
  ["the database", { database: "nosuch" }, /does not let these credentials|has no "nosuch"/],
  ["the address", { url: "http://127.0.0.1:1" }, /does not answer: .*ECONNREFUSED/],
])("wrong %s: busy, with the reason in health, and nothing refused", async (_what, change, why) => {
  const store = await open(change);
  const outcome = await write(store, [line("lost", "alarm=true", T)]);
  expect(outcome).toEqual({ outcome: "busy", detail: expect.stringMatching(why) as string });
  expect(await store.health()).toEqual({
    status: "down",
    detail: expect.stringMatching(why) as string,
  });
});

test("a database that does not exist is named, to who may see that", async () => {
  const store = await open({ database: "nosuch", user: "admin", password: "admin-of-a-test" });
  const why = expect.stringContaining('has no "nosuch"') as string;
  expect(await write(store, [line("lost", "alarm=true", T)])).toEqual({
    outcome: "busy",
    detail: why,
  });
});

test("an outage is busy; when it is over the same write is stored once", async () => {
  const store = await open();
  await server.kill();
  const lines = [line("outage", "alarm=true", T), line("outage", "alarm=false", T + 1)];
  expect(await write(store, lines)).toMatchObject({ outcome: "busy" });
  expect(await store.health()).toMatchObject({ status: "down" });
  await server.start();
  expect(await write(store, lines)).toEqual({ outcome: "stored", refused: [] });
  expect(await write(store, lines)).toEqual({ outcome: "stored", refused: [] });
  expect(await store.count({ facility: "outage" })).toBe(2);
  expect(await store.health()).toMatchObject({ status: "ok", detail: /InfluxDB 1\./ as never });
});

test("hostile names in a query are values, not InfluxQL", async () => {
  const store = await open();
  await write(store, [line("care", "alarm=true", T)]);
  for (const name of ["care' OR '1'='1", "care'; DROP SERIES FROM smoke; --", "\\", "a\nb", "安"]) {
    expect(await store.count({ facility: name })).toBe(0);
    expect(await store.query({ facility: "care", device: name }, 10)).toEqual([]);
  }
  expect(await store.count({ facility: "care", field: "__proto__" })).toBe(0);
  expect(await store.count({ facility: "care", kind: "constructor" })).toBe(0);
  expect(await store.count({ facility: "care" })).toBe(1);
});

async function open(change: object = {}): Promise<Store> {
  const { url, database, user, password } = server;
  const store = await openInfluxStore({ influx: { url, database, user, password, ...change } });
  opened.push(store);
  return store;
}

function line(facility: string, fields: string, at: number, kind = "smoke"): string {
  return `${kind},device=s1,facility=${facility},gateway=gw1,room=r302 ${fields} ${at}`;
}

function write(store: Store, lines: readonly string[]): ReturnType<Store["write"]> {
  const bytes = new TextEncoder().encode(lines.map((text) => `${text}\n`).join(""));
  return store.write({ bytes, count: lines.length });
}
