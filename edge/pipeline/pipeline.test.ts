import { detectionModel } from "@anhu/core/detection";
import type { Facility } from "@anhu/core/facility";
import { indexFacility } from "@anhu/core/facility";
import type { Point, Signal } from "@anhu/core/points";
import { FakeClock } from "@anhu/core/time";
import { pino } from "pino";
import { beforeEach, describe, expect, test } from "vitest";
import { EdgeClock } from "../clock/edge-clock.ts";
import { Detector } from "../detect/detector.ts";
import type { DecodeResult } from "../drivers/index.ts";
import type { CommitRequest, CommitResult } from "../outbox/index.ts";
import { Dedup } from "./dedup.ts";
import { Names } from "./names.ts";
import { Pipeline } from "./pipeline.ts";

const NOON = Date.UTC(2026, 10, 21, 12);
/** The alert of a fire in the first moment. */
const SMOKE_1 = `home/smoke-1/smoke-alarm/${NOON + 1_000}`;
const FACILITY: Facility = {
  facility: {
    id: "home",
    name: { zh: "家", en: "Home" },
    kind: "nursing-home",
    region: "350304",
    timezone: "Asia/Shanghai",
    beds: 1,
    nursing_beds: 1,
  },
  places: [{ id: "r1", kind: "bedroom", name: { zh: "1室", en: "Room 1" } }],
  residents: [],
  staff: [],
  rota: [],
  gateways: [
    {
      id: "gw1",
      lines: [{ id: "panel", driver: "gb26875", tcp: "127.0.0.1:1", room: "r1" }],
      mqtt: { sources: [{ driver: "zigbee2mqtt", base: "zigbee2mqtt" }] },
    },
  ],
  devices: [
    { id: "smoke-1", kind: "smoke", room: "r1", line: "panel", address: "a1" },
    { id: "smoke-2", kind: "smoke", room: "r1", line: "panel", address: "1/1/0x00000001" },
  ],
  policies: "default",
};

let clock: FakeClock;
/** What happened, in order. */
let story: string[];
let commits: CommitRequest[];
let answer: (request: CommitRequest) => Promise<CommitResult>;
let dropped: Record<string, number>;
let pipeline: Pipeline;

beforeEach(() => {
  clock = new FakeClock(NOON);
  [story, commits, dropped] = [[], [], {}];
  answer = () => Promise.resolve({ durable: true, fresh: false });
  pipeline = makePipeline([]);
  pipeline.start();
  clock.advance(1_000);
  story = [];
  commits = [];
});

/** A pipeline on `clock`; `slots` are what an earlier run left. */
function makePipeline(slots: readonly (readonly [key: string, value: string])[]): Pipeline {
  const index = indexFacility(FACILITY);
  if (!index.ok) throw new Error(index.error.detail);
  return new Pipeline({
    clock,
    edgeClock: new EdgeClock({ clock, last: 0, synchronized: () => true }),
    detector: new Detector(detectionModel(index.value), slots),
    names: new Names(index.value, []),
    dedup: new Dedup([]),
    outbox: {
      commit(request) {
        commits.push(request);
        story.push("commit");
        return answer(request);
      },
      trust: () => Promise.resolve(),
    },
    log: pino({ enabled: false }),
    siren(alerts) {
      story.push("siren");
      return alerts.map(({ id }) => [`edge/siren/${id}`, "{}"] as const);
    },
    raised: () => {},
    committed: () => {},
    otherSlots: () => [["edge/siren/x", "{}"]],
    count: {
      dropped: (_, reason, by = 1) => {
        if (by > 0) dropped[reason] = (dropped[reason] ?? 0) + by;
      },
      points: () => {},
      alerts: () => {},
      repeated: () => story.push("repeated"),
    },
  });
}

function smoke(alarm: boolean, dedup: string | null = null, device = "a1"): DecodeResult {
  const point: Point = { kind: "smoke", device, fields: { alarm, test: false }, at: null };
  const signal: Signal = {
    class: "alarm",
    type: "fire",
    device,
    active: alarm,
    test: false,
    at: null,
  };
  return { ok: true, points: [point], signals: [signal], answer: null, frame: {}, dedup };
}

/** Somebody resets a system at the panel. */
function reset(system: string): DecodeResult {
  const resets = [{ address: system, at: null }];
  return { ok: true, points: [], signals: [], resets, answer: null, frame: {}, dedup: null };
}

function accept(result: DecodeResult, answered = true): Promise<boolean> {
  return pipeline.accept({ wire: "panel", result, raw: Buffer.from("raw"), answered });
}

async function settle(): Promise<void> {
  for (let n = 0; n < 20; n++) await Promise.resolve();
}

function text(request: CommitRequest | undefined): string {
  return (request?.batches ?? []).map(({ lines }) => Buffer.from(lines).toString()).join("");
}

describe("an alarm", () => {
  test("sounds the siren, then is committed at once with its reading, state and dedup key, then answered", async () => {
    const durable = accept(smoke(true, "k1"));
    expect(story).toEqual(["siren", "commit"]);
    expect(await durable).toBe(true);
    const [commit] = commits;
    expect(commit?.alerts).toMatchObject([
      { rule: "smoke-alarm", phase: "raised", onset: NOON + 1_000 },
    ]);
    expect(text(commit)).toBe(
      `smoke,device=smoke-1,room=r1 alarm=true,test=false ${NOON + 1_000}\n`,
    );
    expect(commit?.slots.map(([key]) => key)).toEqual(
      expect.arrayContaining(["smoke-alarm|smoke-1", expect.stringMatching(/^edge\/siren\//)]),
    );
    expect(commit?.dedup).toEqual([{ source: "panel", key: "k1" }]);
    expect(commit?.lastStamp).toBe(NOON + 1_000);
  });

  test("of undeclared addresses is one of the line, until their system of the panel is reset", async () => {
    void accept(smoke(true, null, "1/1/0x01"));
    void accept(smoke(true, null, "1/1/0x02"));
    void accept(smoke(false, null, "1/1/0x01"));
    void accept(smoke(false, null, "1/1/0x02"));
    void accept(reset("11/1"));
    clock.advance(250);
    await settle();
    expect(commits.flatMap((commit) => commit.alerts)).toHaveLength(1);
    void accept(reset("1/1"));
    clock.advance(250);
    await settle();
    const alerts = commits.flatMap((commit) => commit.alerts);
    expect(alerts.map(({ subject, phase }) => `${subject.device} ${phase}`)).toEqual([
      "panel raised",
      "panel cleared",
    ]);
    expect(dropped).toEqual({ unknown_device: 4 });
    expect(commits[0]?.deadLetters).toMatchObject([{ source: "panel", reason: "unknown_device" }]);
  });

  test("of an undeclared MQTT device is one of its source", async () => {
    const raw = Buffer.from("raw");
    void pipeline.accept({ wire: "zigbee2mqtt", result: smoke(true), raw, answered: true });
    await settle();
    const alerts = commits.flatMap((commit) => commit.alerts);
    expect(alerts).toMatchObject([{ rule: "panel-fire", subject: { device: "zigbee2mqtt" } }]);
  });

  test("of one part of the panel is not ended by what another part says", async () => {
    const says = (device: string, fire: boolean): DecodeResult => ({
      ok: true,
      points: [{ kind: "fire_panel", device, fields: { fire }, at: null }],
      signals: [{ class: "alarm", type: "fire", device, active: fire, test: false, at: null }],
      answer: null,
      frame: {},
      dedup: null,
    });
    void accept(says("1/1", true));
    void accept(says("11/1", false));
    void accept(says("uitd", false));
    void accept(says("1/1/0x00000009", true));
    void accept(says("1/1", false));
    await settle();
    const phases = (): string[] =>
      commits.flatMap((commit) => commit.alerts).map(({ phase }) => phase);
    void accept(reset("11/1"));
    clock.advance(250);
    expect(phases()).toEqual(["raised"]);
    void accept(reset("1/1"));
    clock.advance(250);
    await settle();
    expect(phases()).toEqual(["raised", "cleared"]);
  });

  test("of a component ends when somebody resets its system at the panel, and not when another system is reset", async () => {
    const phases = async (): Promise<string[]> => {
      clock.advance(250);
      await settle();
      return commits
        .flatMap((commit) => commit.alerts)
        .map(({ subject, phase }) => `${subject.device} ${phase}`);
    };
    void accept(smoke(true, null, "1/1/0x00000001"));
    void accept(smoke(true, null, "1/1/0x00000002"));
    void accept(reset("11/1"));
    expect(await phases()).toEqual(["smoke-2 raised", "panel raised"]);
    void accept(reset("1/1"));
    expect(await phases()).toEqual([
      "smoke-2 raised",
      "panel raised",
      "smoke-2 cleared",
      "panel cleared",
    ]);
  });

  test("that comes word for word like an old one sounds again when the old one is over", async () => {
    void accept(smoke(true, "k1"));
    await settle();
    void accept(smoke(false, "k2"));
    void pipeline.resetAlerts([SMOKE_1]);
    clock.advance(250);
    await settle();
    expect(await accept(smoke(true, "k1"))).toBe(true);
    clock.advance(250);
    await settle();
    const alerts = commits.flatMap((commit) => commit.alerts);
    expect(alerts.map(({ phase }) => phase)).toEqual(["raised", "cleared", "raised"]);
    expect(text(commits.at(-1))).toBe("");
  });

  test("that sounds again is answered after its own commit", async () => {
    void accept(smoke(true, "k1"));
    await settle();
    void accept(smoke(false, "k2"));
    void pipeline.resetAlerts([SMOKE_1]);
    await settle();
    const disk = Promise.withResolvers<CommitResult>();
    answer = () => disk.promise;
    let answered: boolean | null = null;
    void accept(smoke(true, "k1")).then((is) => (answered = is));
    await settle();
    expect(commits.at(-1)?.alerts).toMatchObject([{ phase: "raised" }]);
    expect(answered).toBeNull();
    disk.resolve({ durable: false, fresh: false });
    await settle();
    expect(answered).toBe(false);
  });

  test("that ended while the commit of its beginning failed has ended on the disk as well", async () => {
    const first = Promise.withResolvers<CommitResult>();
    answer = (request) =>
      request === commits[0] ? first.promise : Promise.resolve({ durable: true, fresh: false });
    void accept(smoke(true));
    void accept(smoke(false));
    void pipeline.resetAlerts([SMOKE_1]);
    await settle();
    first.reject(new Error("the thread died"));
    await settle();
    clock.advance(1_000);
    await settle();
    const [raised, cleared, again] = commits.map(({ slots }) =>
      slots.findLast(([key]) => key === "smoke-alarm|smoke-1"),
    );
    expect(raised).not.toEqual(cleared);
    expect(again).toEqual(cleared);
    expect(commits[2]?.alerts).toMatchObject([{ phase: "raised" }]);
  });

  test("is raised though readings have no room any more, and kept until the disk takes it", async () => {
    answer = () => Promise.reject(new Error("the disk hangs"));
    void accept(smoke(true));
    await settle();
    expect(dropped).toEqual({ commit_failed: 1 });
    answer = () => Promise.resolve({ durable: true, fresh: false });
    clock.advance(1_000);
    await settle();
    expect(commits.at(-1)?.alerts).toMatchObject([{ rule: "smoke-alarm" }]);
    expect(commits.at(-1)?.slots.map(([key]) => key)).toContain("smoke-alarm|smoke-1");
  });
});

describe("a reading", () => {
  test("waits 250 ms for others", () => {
    void accept(smoke(false), false);
    clock.advance(249);
    expect(commits).toHaveLength(0);
    clock.advance(1);
    expect(commits).toHaveLength(1);
  });

  test("waits 10 ms when its sender waits", () => {
    void accept(smoke(false), true);
    clock.advance(10);
    expect(commits).toHaveLength(1);
  });

  test("of a message that is sent again is stored once and answered again", async () => {
    const first = accept(smoke(false, "k1"));
    const second = accept(smoke(false, "k1"));
    clock.advance(10);
    expect(await Promise.all([first, second])).toEqual([true, true]);
    expect(await accept(smoke(false, "k1"))).toBe(true);
    expect(commits).toHaveLength(1);
    expect(text(commits[0]).split("\n")).toHaveLength(2);
    expect(story.filter((word) => word === "repeated")).toHaveLength(2);
  });

  test("that did not become durable is not answered, and taken when it is sent again", async () => {
    answer = () => Promise.resolve({ durable: false, fresh: false });
    const first = accept(smoke(false, "k1"));
    clock.advance(10);
    expect(await first).toBe(false);
    await settle();
    answer = () => Promise.resolve({ durable: true, fresh: false });
    const second = accept(smoke(false, "k1"));
    clock.advance(10);
    expect(await second).toBe(true);
    expect(text(commits[1])).toContain("smoke-1");
  });

  test("of one series never shares a millisecond with another, and never goes back", async () => {
    for (let n = 0; n < 5; n++) void accept(smoke(false), false);
    clock.advance(250);
    const times = text(commits[0]).match(/\d+$/gm)?.map(Number) ?? [];
    expect(times).toEqual([0, 1, 2, 3, 4].map((ms) => NOON + 1_000 + ms));
  });

  test("that line protocol cannot say costs only itself", async () => {
    const bad: Point = { kind: "heat", device: "a1", fields: { temperature_c: NaN }, at: null };
    const good = smoke(false);
    if (!good.ok) throw new Error("a decoded message");
    const durable = accept({ ...good, points: [bad, ...good.points] });
    clock.advance(10);
    expect(await durable).toBe(true);
    expect(dropped).toEqual({ bad_point: 1 });
    expect(text(commits[0])).toContain("alarm=false");
  });

  test("beyond 4 MiB that wait for the disk is dropped with its reason, and an alarm is not", async () => {
    const held = Promise.withResolvers<CommitResult>();
    answer = () => held.promise;
    let last = Promise.resolve(true);
    for (let n = 0; n < 70_000; n++) last = accept(smoke(false));
    clock.advance(250);
    expect(await last).toBe(false);
    expect(dropped["backpressure"]).toBeGreaterThan(1_000);
    void accept(smoke(true));
    expect(commits.at(-1)?.alerts).toHaveLength(1);
  });
});

describe("what people do", () => {
  test("a reset is committed at once, and says what it cleared and what a sensor still shows", async () => {
    void accept(smoke(true));
    const still = { cleared: [], stillActive: [SMOKE_1] };
    expect(await pipeline.resetAlerts([SMOKE_1])).toEqual(still);
    void accept(smoke(false));
    const outcome = pipeline.resetAlerts([SMOKE_1, "home/smoke-2/smoke-alarm/1"]);
    expect(commits.at(-1)?.alerts).toMatchObject([
      { id: SMOKE_1, phase: "cleared" },
      { id: "home/smoke-2/smoke-alarm/1", phase: "cleared", reason: "not_held" },
    ]);
    const cleared = [SMOKE_1, "home/smoke-2/smoke-alarm/1"];
    expect(await outcome).toEqual({ cleared, stillActive: [] });
  });

  test("a device in test mode is committed at once with its end, and ends without its slot", async () => {
    expect(await pipeline.testMode("smoke-1", NOON + 60_000)).toBe(true);
    const slot = JSON.stringify({ t: "test", until: NOON + 60_000 });
    expect(commits.at(-1)?.slots).toContainEqual(["test|smoke-1", slot]);
    clock.advance(60_000);
    await settle();
    expect(commits.flatMap(({ slots }) => slots).at(-1)).not.toContain(slot);
    const ended = commits.flatMap(({ slots }) => slots).filter(([key]) => key === "test|smoke-1");
    expect(ended.at(-1)).toEqual(["test|smoke-1", null]);
  });

  test("a gateway that starts without a clock cannot know whether a test is over: it ends", async () => {
    await pipeline.stop();
    clock = new FakeClock(0);
    const slot = JSON.stringify({ t: "test", until: NOON + 60_000 });
    pipeline = makePipeline([["test|smoke-1", slot]]);
    pipeline.start();
    void accept(smoke(true));
    await settle();
    expect(commits.at(-1)?.alerts).toMatchObject([{ rule: "smoke-alarm", drill: false }]);
  });
});

test("what was not understood is counted, kept, and need not be sent again", async () => {
  expect(await accept({ ok: false, reason: "bad_checksum", detail: "" })).toBe(true);
  clock.advance(250);
  expect(dropped).toEqual({ bad_checksum: 1 });
  expect(commits[0]?.deadLetters).toMatchObject([{ reason: "bad_checksum" }]);
});

test("a keep-alive with nothing to store is answered", async () => {
  const nothing: DecodeResult = {
    ok: true,
    points: [],
    signals: [],
    answer: null,
    frame: {},
    dedup: null,
  };
  const answered = accept(nothing);
  clock.advance(10);
  expect(await answered).toBe(true);
});

test("a device whose clock and count stand still is alive though all it says was said before", async () => {
  const nothing: DecodeResult = {
    ok: true,
    points: [],
    signals: [],
    answer: null,
    frame: {},
    dedup: "same",
  };
  for (let minute = 0; minute < 60; minute++) {
    void accept(nothing);
    clock.advance(60_000);
    await settle();
  }
  const silent = commits.flatMap(({ alerts }) => alerts).map(({ subject }) => subject.device);
  expect(silent).not.toContain("panel");
});

test("a store that has lost everything gets every slot again", async () => {
  await accept(smoke(true));
  answer = () => Promise.resolve({ durable: true, fresh: true });
  void accept(smoke(false));
  clock.advance(250);
  await settle();
  answer = () => Promise.resolve({ durable: true, fresh: false });
  clock.advance(250);
  await settle();
  const keys = commits.at(-1)?.slots.map(([key]) => key);
  expect(keys).toEqual(expect.arrayContaining(["smoke-alarm|smoke-1", "clock", "edge/siren/x"]));
});

test("a stop commits what still waits", async () => {
  void accept(smoke(false), false);
  expect(await pipeline.stop()).toBe(true);
  expect(text(commits[0])).toContain("smoke-1");
});
