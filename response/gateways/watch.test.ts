import { pino } from "pino";
import { Counter } from "prom-client";
import { expect, test } from "vitest";
import { FakeClock } from "@anhu/core/time";
import type { MonotonicMs } from "@anhu/core/time";
import { T0 } from "../testing/alerts.ts";
import type { GatewayRow } from "../store/gateways.ts";
import { openWatch } from "./watch.ts";

/** A clock whose process can stand still: time passes and no timer runs until the next advance. */
class StallingClock extends FakeClock {
  #stalled = 0;

  override monotonic(): MonotonicMs {
    return (super.monotonic() + this.#stalled) as MonotonicMs;
  }

  stall(ms: number): void {
    this.#stalled += ms;
  }
}

const GW = { facility: "f1", gateway: "gw1" };
const HOUR = 3_600_000;

/** What outlives a restart: the rows, and what was said. */
function memory() {
  const rows = new Map<string, GatewayRow>();
  return { rows, alerts: [] as string[], fails: false, removed: [] as string[] };
}

async function start(store: ReturnType<typeof memory>, clock: FakeClock) {
  const watch = await openWatch({
    load: () => Promise.resolve([...store.rows.values()]),
    save(rows) {
      for (const row of rows) store.rows.set(row.gateway, row);
      return Promise.resolve();
    },
    recordSilence(row, { message }) {
      if (store.fails) return Promise.reject(new Error("disk is full"));
      store.rows.set(row.gateway, row);
      store.alerts.push(`${message.phase} ${message.id}`);
      return Promise.resolve();
    },
    isRemoved: ({ gateway }) => store.removed.includes(gateway),
    clock,
    log: pino({ level: "silent" }),
    refused: new Counter({ name: "n", help: "h", labelNames: ["reason"], registers: [] }),
  });
  return {
    watch,
    say: (state = "online", live = true) => watch.status(GW, status(state), live),
    /** Time passes in steps, so that what was started in one is done in the next. */
    pass: async (seconds: number) => {
      for (let second = 0; second < seconds; second += 1) {
        clock.advance(1_000);
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
  };
}

function status(state: string): Uint8Array {
  return Buffer.from(
    JSON.stringify({
      v: 1,
      state,
      boot: "b1",
      at: T0,
      version: "0",
      config: "c",
      backlog: { readings: 0, alerts: 0, oldest: null },
      devices: { total: 1, silent: 0 },
      clock: { source: "ntp", offset_ms: 0 },
    }),
  );
}

const idAt = (onset: number) => `f1/gw1/gateway-silent/${onset}`;

test("a gateway that says nothing for 90 s is silent, once, until it speaks", async () => {
  const store = memory();
  const { watch, say, pass } = await start(store, new FakeClock(T0));
  say();
  await pass(89);
  expect(store.alerts).toEqual([]);
  await pass(300);
  expect(store.alerts).toEqual([`raised ${idAt(T0)}`]);
  expect(watch.counts()).toEqual({ total: 1, silent: 1 });
  say();
  await pass(1);
  expect(store.alerts).toEqual([`raised ${idAt(T0)}`, `cleared ${idAt(T0)}`]);
  expect(watch.counts()).toEqual({ total: 1, silent: 0 });
});

test("a last will and a retained copy are no sign of life, and a last will alone is no silence", async () => {
  const store = memory();
  const { say, pass } = await start(store, new FakeClock(T0));
  say();
  await pass(60);
  say("offline");
  say("online", false);
  await pass(20);
  expect(store.alerts).toEqual([]);
  await pass(15);
  expect(store.alerts).toHaveLength(1);
});

test("a gateway that a facility file names and that never spoke is silent too", async () => {
  const store = memory();
  const { watch, pass } = await start(store, new FakeClock(T0));
  watch.expect(GW);
  await pass(95);
  expect(store.alerts).toHaveLength(1);
});

test("a restart gives the full 90 s again, and forgets no silence", async () => {
  const store = memory();
  const clock = new FakeClock(T0);
  const first = await start(store, clock);
  first.say();
  await first.pass(80);
  await first.watch.close();
  clock.advance(HOUR);

  const second = await start(store, clock);
  await second.pass(80);
  expect(store.alerts).toEqual([]);
  await second.pass(20);
  expect(store.alerts).toEqual([`raised ${idAt(T0)}`]);
  await second.watch.close();

  const third = await start(store, clock);
  await third.pass(200);
  expect(store.alerts).toHaveLength(1);
  third.say();
  await third.pass(1);
  expect(store.alerts.at(-1)).toBe(`cleared ${idAt(T0)}`);
});

test("a wall clock that steps makes no gateway silent, forgives none, and gives no two silences one name", async () => {
  const store = memory();
  const clock = new FakeClock(T0);
  const { say, pass } = await start(store, clock);
  say();
  for (const step of [-HOUR, 2 * HOUR, -T0]) {
    clock.stepWall(step);
    await pass(25);
    say();
  }
  expect(store.alerts).toEqual([]);
  await pass(100);
  clock.stepWall(-100_000);
  say();
  clock.stepWall(-2_000);
  say();
  await pass(100);
  const raised = store.alerts.filter((text) => text.startsWith("raised"));
  expect(new Set(raised).size).toBe(2);
});

test("time in which the process stood still is nobody's silence", async () => {
  const store = memory();
  const clock = new StallingClock(T0);
  const { watch, pass } = await start(store, clock);
  watch.expect(GW);
  await pass(10);
  expect(store.rows.size).toBe(1);
  clock.stall(600_000);
  await pass(60);
  expect(store.alerts).toEqual([]);
  await pass(60);
  expect(store.alerts).toHaveLength(1);
});

test("a silence that could not be recorded is recorded when the store can again", async () => {
  const store = memory();
  const { say, pass } = await start(store, new FakeClock(T0));
  say();
  store.fails = true;
  await pass(100);
  store.fails = false;
  await pass(3);
  expect(store.alerts).toEqual([`raised ${idAt(T0)}`]);
});

test("a gateway that the facility file has no more is said to be silent once, and not counted", async () => {
  const store = memory();
  const { watch, say, pass } = await start(store, new FakeClock(T0));
  say();
  store.removed.push("gw1");
  await pass(100);
  expect(store.alerts).toEqual([`raised f1/gw1/gateway-silent/${T0}`]);
  expect(watch.counts()).toEqual({ total: 0, silent: 0 });
  store.removed.pop();
  expect(watch.counts()).toEqual({ total: 1, silent: 1 });
  await watch.close();
});
