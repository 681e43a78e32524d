import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "@anhu/core/time";
import { openReadings } from "./open.ts";

const T = 1_763_719_200_000;
const ALL = { facility: "f", from: T, to: T + 60_000, limit: 100 };
let dataDir: string;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "anhu-readings-"));
});

afterEach(() => rmSync(dataDir, { recursive: true }));

const open = (env: Record<string, string> = {}) =>
  openReadings(env, { dataDir, clock: systemClock() });

describe("the embedded store", () => {
  /** What ingest promises to readers, `reading`, as a plain table. */
  beforeEach(() => {
    mkdirSync(join(dataDir, "ingest"));
    const database = new DatabaseSync(join(dataDir, "ingest", "readings.db"));
    database.exec(`CREATE TABLE reading (kind TEXT, facility TEXT, gateway TEXT, device TEXT,
      room TEXT, resident TEXT, at INTEGER, fields TEXT)`);
    const insert = database.prepare("INSERT INTO reading VALUES (?, ?, 'gw1', ?, 'r1', ?, ?, ?)");
    for (let n = 9; n >= 0; n -= 1) {
      const alarm = n % 2 === 1 ? "alarm=false," : "";
      insert.run("heat", "f", "h1", null, T + n * 500, `${alarm}temperature_c=${20 + n}`);
    }
    insert.run("vitals", "f", "w1", "p-1", T + 1, "worn=true");
    insert.run("vitals", "other", "w1", "p-1", T + 1, "worn=true");
    database.close();
  });

  test("is read by facility, device, field and time, the earliest first", async () => {
    const readings = open();
    const first = await readings.query({ ...ALL, limit: 2 });
    const common = { gateway: "gw1", room: "r1" };
    expect(first).toEqual([
      {
        ...common,
        kind: "heat",
        device: "h1",
        resident: null,
        at: T,
        fields: { temperature_c: 20 },
      },
      {
        ...common,
        kind: "vitals",
        device: "w1",
        resident: "p-1",
        at: T + 1,
        fields: { worn: true },
      },
    ]);
    const alarms = await readings.query({ ...ALL, device: "h1", field: "alarm", to: T + 2_000 });
    expect(alarms.map(({ at, fields }) => [at, fields])).toEqual([
      [T + 500, { alarm: false }],
      [T + 1_500, { alarm: false }],
    ]);
    expect(await readings.query({ ...ALL, device: "' OR '1'='1" })).toEqual([]);
  });

  test("gives the last value of each interval", async () => {
    const asked = { ...ALL, device: "h1", field: "temperature_c", every: 2_000 };
    expect((await open().query(asked)).map(({ at, fields }) => [at, fields])).toEqual([
      [T, { temperature_c: 23 }],
      [T + 2_000, { temperature_c: 27 }],
      [T + 4_000, { temperature_c: 29 }],
    ]);
  });

  test("knows what each device reported last, of each field the latest value", async () => {
    const database = new DatabaseSync(join(dataDir, "ingest", "readings.db"));
    database.exec(`CREATE TABLE series (id INTEGER, kind TEXT, facility TEXT, device TEXT);
      CREATE TABLE point (series INTEGER, at INTEGER, fields TEXT)`);
    const series = database.prepare("INSERT INTO series VALUES (?, ?, ?, ?)");
    const point = database.prepare("INSERT INTO point VALUES (?, ?, ?)");
    series.run(1, "smoke", "f", "s1");
    series.run(2, "device", "f", "s1");
    series.run(3, "smoke", "other", "s1");
    series.run(4, "smoke", "f", "old");
    // Moved to another room: a series of its own.
    series.run(5, "smoke", "f", "s1");
    point.run(1, T + 1, "alarm=true,test=false");
    point.run(1, T + 2, "alarm=false");
    point.run(2, T + 1, "battery_pct=81");
    for (let n = 0; n < 300; n += 1) point.run(2, T + 10 + n, "rssi_dbm=-70");
    point.run(3, T + 5, "alarm=true");
    point.run(4, T - 1, "alarm=true");
    point.run(5, T + 400, "obscuration_pct=2");
    database.close();
    expect(await open().last({ facility: "f", since: T })).toEqual([
      {
        device: "s1",
        kind: "smoke",
        at: T + 400,
        fields: { alarm: false, test: false, obscuration_pct: 2 },
      },
      { device: "s1", kind: "device", at: T + 309, fields: { battery_pct: 81, rssi_dbm: -70 } },
    ]);
  });

  test("takes four questions at once; one more, or no file, is unavailable", async () => {
    const readings = open();
    const asked = [1, 2, 3, 4].map(() => readings.query(ALL));
    await expect(readings.query(ALL)).rejects.toMatchObject({ code: "readings_unavailable" });
    expect((await Promise.all(asked)).map((found) => found.length)).toEqual([11, 11, 11, 11]);
    rmSync(join(dataDir, "ingest"), { recursive: true });
    await expect
      .poll(() => readings.query(ALL).catch(({ message }) => message))
      .toMatch(/cannot be read/);
  });
});

describe("an InfluxDB", () => {
  let server: Server;
  let asked: { url: string | undefined; authorization: string | undefined; body: URLSearchParams };
  let answer: object;

  beforeEach(async () => {
    server = createServer((request, reply) => {
      void take(request, reply);
    });
    await new Promise<void>((up) => void server.listen(0, "127.0.0.1", up));
  });

  async function take(request: IncomingMessage, reply: ServerResponse) {
    const { url, headers } = request;
    const body = new URLSearchParams(await text(request));
    asked = { url, authorization: headers.authorization, body };
    reply.end(JSON.stringify(answer));
  }

  afterEach(() => void server.close());

  const influx = (env: Record<string, string> = {}) =>
    open({
      ANHU_INFLUX_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
      ANHU_INFLUX_DB: "anhu",
      ...env,
    });

  test("is asked in InfluxQL, kind by kind, and its tables become readings", async () => {
    // As InfluxDB 1.6 answers.
    answer = {
      results: [
        {
          series: [
            {
              name: "heat",
              columns: ["time", "alarm", "gateway", "device", "room", "resident", "temperature_c"],
              values: [[T + 500, false, "gw1", "h1", "r1", null, 21]],
            },
          ],
        },
        { statement_id: 1 },
      ],
    };
    writeFileSync(join(dataDir, "token"), "abc\n");
    const found = await influx({ ANHU_INFLUX_TOKEN_FILE: join(dataDir, "token") }).query({
      ...ALL,
      device: "it's",
      field: "temperature_c",
    });
    expect(found).toEqual([
      {
        kind: "heat",
        gateway: "gw1",
        device: "h1",
        room: "r1",
        resident: null,
        at: T + 500,
        fields: { alarm: false, temperature_c: 21 },
      },
    ]);
    expect(asked).toMatchObject({ url: "/query", authorization: "Token abc" });
    expect(asked.body.get("db")).toBe("anhu");
    expect(asked.body.get("q")?.split("; ")).toContain(
      `SELECT "temperature_c", "gateway", "device", "room", "resident" FROM "heat" WHERE "facility" = 'f' AND time >= ${T}ms AND time < ${T + 60_000}ms AND "device" = 'it\\'s' ORDER BY time LIMIT 100`,
    );
    expect(asked.body.get("q")).not.toContain('"smoke"');
  });

  test("gives the last value of each interval", async () => {
    answer = {
      results: [
        {
          series: [
            {
              name: "heat",
              tags: { device: "h1", gateway: "gw1", resident: "", room: "r1" },
              columns: ["time", "temperature_c"],
              values: [[T, 23]],
            },
          ],
        },
      ],
    };
    const query = { ...ALL, device: "h1", field: "temperature_c", every: 2_000 };
    const found = await influx({ ANHU_INFLUX_USER: "u", ANHU_INFLUX_PASSWORD: "p" }).query(query);
    expect(found).toMatchObject([
      { device: "h1", resident: null, at: T, fields: { temperature_c: 23 } },
    ]);
    expect(asked.authorization).toBe(`Basic ${Buffer.from("u:p").toString("base64")}`);
    expect(asked.body.get("q")).toContain('GROUP BY time(2000ms), "gateway"');
  });

  test("knows what each device reported last, of each field the latest value", async () => {
    // As InfluxDB 1.6 answers: a selector of several fields has no time of its own.
    answer = {
      results: [
        {
          series: [
            {
              name: "smoke",
              tags: { device: "s1" },
              columns: ["time", "alarm", "gateway", "room", "test"],
              values: [[T + 2, false, "gw1", "r1", null]],
            },
          ],
        },
        {
          series: [
            {
              name: "smoke",
              tags: { device: "s1" },
              columns: ["time", "last_alarm", "last_device_time_ms", "last_test"],
              values: [[T, false, null, true]],
            },
          ],
        },
      ],
    };
    expect(await influx().last({ facility: "it's", since: T })).toEqual([
      { device: "s1", kind: "smoke", at: T + 2, fields: { alarm: false, test: true } },
    ]);
    expect(asked.body.get("q")).toContain(
      `SELECT last(*) FROM "smoke" WHERE "facility" = 'it\\'s' AND time >= ${T}ms GROUP BY "device"; `,
    );
  });

  test("that fails or says no is unavailable; one without a database is a mistake", async () => {
    answer = { results: [{ error: "database not found: anhu" }] };
    await expect(influx().query(ALL)).rejects.toMatchObject({
      code: "readings_unavailable",
      message: expect.stringContaining("database not found"),
    });
    expect(await influx().query({ ...ALL, field: "__proto__" })).toEqual([]);
    expect(() => influx({ ANHU_INFLUX_DB: "" })).toThrow(
      expect.objectContaining({ code: "bad_config" }),
    );
  });
});
