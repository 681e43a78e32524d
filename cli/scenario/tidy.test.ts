import { beforeEach, describe, expect, test } from "vitest";
import { messageOf } from "@anhu/core/errors";
import { FakeClock } from "@anhu/core/time";
import type { Scenario, Step } from "@anhu/firmware-sim/scenarios";
import type { SeenIncident } from "./observe.ts";
import type { Stage } from "./play.ts";
import { tidy } from "./tidy.ts";

const START = 1_800_000_000_000;
const CLEANUP: Pick<Scenario, "cleanup" | "moments"> = {
  cleanup: [{ do: "reset", line: "panel" }],
  moments: [
    {
      name: { zh: "", en: "" },
      step: null,
      expect: [{ expect: "resolved", device: "smoke-305", within_ms: 1 }],
    },
  ],
};

let clock: FakeClock;
let incidents: SeenIncident[];
let closed: string[];
let steps: Step[];
/** What happens while somebody looks, ms after the start. */
let later: { at: number; run: () => void }[];

beforeEach(() => {
  clock = new FakeClock(START);
  incidents = [];
  closed = [];
  steps = [];
  later = [];
});

function incident(id: string, state: string, onset = START): SeenIncident {
  const alerts = [{ device: "smoke-305", room: "r305", class: "alarm", onset }];
  return { id, kind: "fire", state, received_at: onset, changed_at: onset, alerts };
}

function stage(): Stage {
  return {
    clock,
    control: {
      async ask(_verb, asks) {
        steps.push((asks as { step: Step }).step);
        incidents = incidents.map((one) => ({ ...one, state: "resolved" }));
        return { ok: true, value: {} as never };
      },
      onEvent() {},
      close() {},
      ended: false,
    },
    api: {
      async post(path) {
        const id = path.split("/").at(-2) ?? "";
        if (incidents.find((one) => one.id === id)?.state !== "resolved") throw new Error("no");
        closed.push(id);
        return {};
      },
    },
    observer: {
      async look() {
        for (const one of later.filter(({ at }) => at <= clock.wall() - START)) one.run();
        later = later.filter(({ at }) => at > clock.wall() - START);
        // Whoever waits for the next look is woken.
        setImmediate(() => clock.advance(250));
      },
      get incidents() {
        return incidents;
      },
      entries: [],
      states: [],
      readings: [],
      failing: null,
    },
    lost: () => null,
  };
}

const seconds = () => (clock.wall() - START) / 1000;

describe("after a scenario that was as expected", () => {
  test("what it left resolved is closed at once, and nothing else", async () => {
    const other = incident("other", "resolved");
    incidents = [
      incident("a", "resolved"),
      incident("old", "resolved", START - 60_000),
      { ...other, alerts: other.alerts.map((alert) => ({ ...alert, device: "smoke-101" })) },
    ];
    expect(await tidy(stage(), CLEANUP, { since: START, ok: true, why: messageOf })).toEqual([]);
    expect(closed).toEqual(["a"]);
    expect(steps).toEqual([]);
    expect(seconds()).toBeLessThan(1);
  });
});

describe("after one that was not", () => {
  test("an alarm that comes when its frame is sent again is ended and closed too", async () => {
    later = [{ at: 10_500, run: () => incidents.push(incident("late", "notified")) }];
    expect(await tidy(stage(), CLEANUP, { since: START, ok: false, why: messageOf })).toEqual([]);
    expect(steps).toEqual(CLEANUP.cleanup);
    expect(closed).toEqual(["late"]);
  });

  test("what does not end is named, after 20 s", async () => {
    incidents = [incident("stuck", "notified")];
    const dead = stage();
    const control = { ...dead.control, ask: (async () => ({})) as never };
    const left = await tidy({ ...dead, control }, CLEANUP, {
      since: START,
      ok: false,
      why: messageOf,
    });
    expect(left).toEqual(["stuck: no"]);
    expect(seconds()).toBeGreaterThan(19);
    expect(seconds()).toBeLessThan(25);
  });
});
