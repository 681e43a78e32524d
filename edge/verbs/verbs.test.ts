import { pino } from "pino";
import { beforeEach, describe, expect, test } from "vitest";
import type { Verb } from "../uplink/index.ts";
import { verbsOf } from "./index.ts";
import type { VerbParts } from "./verbs.ts";

const NOW = 1_800_000_000_000;
const HOUR_MS = 3_600_000;

let done: string[];
let isDurable: boolean;

beforeEach(() => {
  done = [];
  isDurable = true;
});

function parts(more: Partial<VerbParts> = {}): VerbParts {
  return {
    siren: {
      silence: (ms, alerts) => done.push(`silence ${ms} ${alerts?.join() ?? "all"}`),
      unanswered: (ms) => done.push(`unanswered ${ms}`),
      answered: () => done.push("answered"),
    },
    pipeline: {
      resetAlerts: ([first = "", ...rest]) =>
        Promise.resolve({ cleared: [first], stillActive: rest }),
      testMode: (device, until) => {
        done.push(`${device} ${until}`);
        return Promise.resolve(isDurable);
      },
    },
    knows: (device) => device === "smoke-1",
    now: () => NOW,
    ownNow: () => NOW,
    sayStatus: () => done.push("status"),
    log: pino({ enabled: false }),
    ...more,
  };
}

/** `detail`, or the reason of the refusal. */
async function run(
  verb: string,
  args: Parameters<Verb>[0],
  more: Partial<VerbParts> = {},
): Promise<string> {
  const result = await verbsOf(parts(more)).get(verb)?.(args);
  if (result === undefined) return "no such verb";
  return result.ok ? result.value : result.error.reason;
}

describe("silence", () => {
  test("is for 10 to 300 s", async () => {
    expect(await run("silence", { seconds: 10, by: "s-1" })).toBe("silent for 10 s");
    expect(await run("silence", { seconds: 300, by: "s-1" })).toBe("silent for 300 s");
    for (const seconds of [9, 301, "60", Number.NaN, undefined])
      expect(await run("silence", { seconds, by: "s-1" })).toBe("bad_argument");
    expect(done).toEqual(["silence 10000 all", "silence 300000 all"]);
  });

  test("that comes late ends when it was to end, and is for the alerts that are named", async () => {
    const alerts = ["a", "b"];
    expect(await run("silence", { seconds: 60, until: NOW + 45_000, alerts })).toContain("45 s");
    expect(await run("silence", { seconds: 60, until: NOW + 99_000, alerts })).toContain("60 s");
    const far = { seconds: 60, until: NOW + 48 * HOUR_MS, alerts };
    expect(await run("silence", far)).toContain("60 s");
    expect(done).toEqual(["silence 45000 a,b", "silence 60000 a,b", "silence 60000 a,b"]);
    expect(await run("silence", { seconds: 60, until: NOW })).toBe("already_over");
    expect(await run("silence", { seconds: 60, until: "soon" })).toBe("bad_argument");
    expect(await run("silence", { seconds: 60, alerts: "a" })).toBe("bad_argument");
  });

  test("needs a siren", async () => {
    expect(await run("silence", { seconds: 60 }, { siren: null })).toBe("no_siren");
    const tone = "unanswered";
    expect(await run("siren", { tone, seconds: 60 }, { siren: null })).toBe("no_siren");
  });
});

test("siren knows one tone", async () => {
  await run("siren", { tone: "unanswered", seconds: 45 });
  expect(await run("siren", { tone: "unanswered", seconds: 0 })).toBe("ended");
  expect(done).toEqual(["unanswered 45000", "answered"]);
  expect(await run("siren", { tone: "fire", seconds: 45 })).toBe("bad_argument");
  expect(await run("siren", { tone: "unanswered" })).toBe("bad_argument");
});

test("reset answers which alerts are cleared and which are still active", async () => {
  const detail = await run("reset", { alerts: ["a", "b", "a"], by: "s-1" });
  expect(JSON.parse(detail)).toEqual({ cleared: ["a"], still_active: ["b"] });
  for (const alerts of ["a", [1], Array.from({ length: 257 }, (_, n) => `a${n}`), undefined])
    expect(await run("reset", { alerts, by: "s-1" })).toBe("bad_argument");
});

describe("test_mode", () => {
  const device = "smoke-1";

  test("is for a device of this gateway, a day at most", async () => {
    expect(await run("test_mode", { device, until: NOW + HOUR_MS })).toContain("until");
    expect(await run("test_mode", { device, until: null })).toBe("ended");
    expect(await run("test_mode", { device: "smoke-9", until: null })).toBe("unknown_device");
    expect(await run("test_mode", { device, until: NOW })).toBe("already_over");
    expect(await run("test_mode", { device, until: NOW + 25 * HOUR_MS })).toBe("test_too_long");
    expect(await run("test_mode", { device })).toBe("bad_argument");
    expect(await run("test_mode", { device: 1, until: null })).toBe("bad_argument");
    expect(done).toEqual([`smoke-1 ${NOW + HOUR_MS}`, "smoke-1 null"]);
  });

  test("that is over by the gateway's own time, because the wall clock was set back, is not begun", async () => {
    const ahead = { ownNow: () => NOW + 2 * HOUR_MS };
    expect(await run("test_mode", { device, until: NOW + HOUR_MS }, ahead)).toBe("already_over");
    expect(done).toEqual([]);
  });

  test("that the disk does not take is ended again and refused", async () => {
    isDurable = false;
    expect(await run("test_mode", { device, until: NOW + HOUR_MS })).toBe("not_durable");
    expect(done.at(-1)).toBe("smoke-1 null");
  });
});

test("status says it", async () => {
  expect(await run("status", {})).toBe("said");
  expect(done).toEqual(["status"]);
});
