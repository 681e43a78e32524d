/**
 * `GET /api/v1/facilities/{id}/devices`: what the facility file says of each, what it reported last, its battery and signal. `readings` is
 * `unavailable` when the store of readings does not answer: the devices are shown all the same.
 */
import { AnhuError } from "@anhu/core/errors";
import { indexFacility } from "@anhu/core/facility";
import type { Device } from "@anhu/core/facility";
import type { DeviceView } from "../api/types.ts";
import type { LastReading } from "../readings/readings.ts";
import { silentDevices } from "../store/facilities.ts";
import { testModesOf } from "../store/test-modes.ts";
import { facilityOf, FacilityParams } from "./facilities.ts";
import { sendProblem } from "./problem.ts";
import type { HttpOptions, Server } from "./server.ts";

/** assumption: what was last said over a week ago tells nobody how a device is. */
const LAST_WITHIN_MS = 7 * 24 * 3_600_000;

interface Known {
  readonly last: ReadonlyMap<string, readonly LastReading[]>;
  readonly silent: ReadonlySet<string>;
  readonly testUntil: ReadonlyMap<string, number>;
}

export function deviceRoutes(server: Server, options: HttpOptions): void {
  const { db, readings, clock, log } = options;
  const route = { config: { access: "devices.read" }, schema: { params: FacilityParams } } as const;
  server.get("/api/v1/facilities/:id/devices", route, async ({ params, principal }, reply) => {
    const { id } = params;
    const file = await facilityOf(options, principal, id);
    if (file === undefined) return sendProblem(reply, "not_found", `no facility ${id}`);
    const index = indexFacility(file);
    if (!index.ok) return { items: [], readings: "ok" };
    const last = await lastOf(id);
    const modes = await testModesOf(db, id, clock.wall());
    const known: Known = {
      last: Map.groupBy(last ?? [], ({ device }) => device),
      silent: await silentDevices(db, id),
      testUntil: new Map(modes.map(({ device, until }) => [device, until])),
    };
    return {
      items: [...index.value.devices.values()].map((device) => deviceView(device, known)),
      readings: last === null ? "unavailable" : "ok",
    };
  });

  /** null: the store does not answer. */
  async function lastOf(facility: string): Promise<readonly LastReading[] | null> {
    try {
      return await readings.last({ facility, since: clock.wall() - LAST_WITHIN_MS });
    } catch (thrown) {
      if (!(thrown instanceof AnhuError)) throw thrown;
      log.warn({ err: thrown }, "last values not read");
      return null;
    }
  }
}

function deviceView(device: Device, { last, silent, testUntil }: Known): DeviceView {
  const own = last.get(device.id) ?? [];
  const health = own.find(({ kind }) => kind === "device")?.fields ?? {};
  const number = (field: string) => (typeof health[field] === "number" ? health[field] : null);
  const low = health["battery_low"];
  return {
    ...device,
    last: own.map(({ kind, at, fields }) => ({ kind, at, fields })),
    last_seen: own[0]?.at ?? null,
    battery_pct: number("battery_pct"),
    battery_low: typeof low === "boolean" ? low : null,
    rssi_dbm: number("rssi_dbm"),
    link_quality: number("link_quality"),
    silent: silent.has(device.id),
    test_mode_until: testUntil.get(device.id) ?? null,
  };
}
