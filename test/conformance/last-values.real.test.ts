/** What response shows of a device's last report is alike on the embedded store and on InfluxDB, both as ingest writes them. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "@anhu/core/time";
import { openStore } from "@anhu/ingest";
import { openReadings } from "@anhu/response/readings";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startInflux } from "../servers/influx.ts";
import type { InfluxServer } from "../servers/influx.ts";

const T = 1_763_719_200_000;
const LINES = [
  `smoke,device=s1,facility=f,gateway=gw1,room=r302 alarm=true,test=false ${T}`,
  `smoke,device=s1,facility=f,gateway=gw1,room=r302 alarm=false ${T + 60_000}`,
  `device,device=s1,facility=f,gateway=gw1,room=r302 battery_pct=81 ${T + 1_000}`,
  `device,device=s1,facility=f,gateway=gw1,room=r302 link_quality=120,fault=false ${T + 90_000}`,
  `fall,device=w1,facility=f,gateway=gw2,resident=p-1,room=r303 stage="suspected",fall=true ${T + 5}`,
  `smoke,device=s2,facility=f,gateway=gw1,room=r304 alarm=true ${T - 1}`,
  `smoke,device=s1,facility=other,gateway=gw1,room=r302 alarm=true ${T + 99_000}`,
];

let folder: string;
let server: InfluxServer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "anhu-last-"));
  mkdirSync(join(folder, "ingest"));
  server = await startInflux();
});

afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

test.each(["embedded", "influx"])("%s", async (name) => {
  const { url, database, user, password } = server;
  const path = join(folder, "ingest", "readings.db");
  const store = await openStore({
    path,
    retentionDays: 36_500,
    clock: systemClock(),
    ...(name === "influx" ? { influx: { url, database, user, password } } : {}),
  });
  const bytes = new TextEncoder().encode(LINES.map((line) => `${line}\n`).join(""));
  const written = await store.write({ bytes, count: LINES.length });
  expect(written).toEqual({ outcome: "stored", refused: [] });
  await store.close();

  const influx = {
    ANHU_INFLUX_URL: url,
    ANHU_INFLUX_DB: database,
    ANHU_INFLUX_USER: user,
    ANHU_INFLUX_PASSWORD: password,
  };
  const env = name === "influx" ? influx : {};
  const readings = openReadings(env, { dataDir: folder, clock: systemClock() });
  expect(await readings.last({ facility: "f", since: T })).toEqual([
    {
      device: "s1",
      kind: "device",
      at: T + 90_000,
      fields: { battery_pct: 81, link_quality: 120, fault: false },
    },
    { device: "s1", kind: "smoke", at: T + 60_000, fields: { alarm: false, test: false } },
    { device: "w1", kind: "fall", at: T + 5, fields: { stage: "suspected", fall: true } },
  ]);
  expect(await readings.last({ facility: "f' OR '1'='1", since: 0 })).toEqual([]);
});
