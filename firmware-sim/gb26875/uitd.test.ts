import { describe, expect, it } from "vitest";
import { FakeClock } from "@anhu/core/time";
import { memoryJournal } from "../journal/memory.ts";
import { memoryWire } from "../wire/memory.ts";
import type { Frame } from "./frame.ts";
import { COMMAND, decodeFrame, encodeFrame } from "./frame.ts";
import type { UitdOptions } from "./model.ts";
import { timeLabel } from "./time-label.ts";
import { startUitd } from "./uitd.ts";

const START = Date.parse("2026-03-01T22:00:00+08:00");
const SMOKE = "1/1/0x0002000a";
const HEAT = "1/1/0x0002000b";
const HYDRANT = "11/1/0x00000001";
const COMPONENTS = [
  { type: 42, address: 0x0002000a, text: "三层302室", device: "smoke-302" },
  { type: 31, address: 0x0002000b, text: "三层厨房", device: "heat-kitchen" },
  { system: 11, type: 99, address: 1, text: "消火栓", analog: { type: 5, value: 250.04 } },
];
/** Rounds and heartbeats far away, so that stories about alarms see only alarms. */
const QUIET = { stateRoundMs: 1e9, analogRoundMs: 1e9, heartbeatMs: 1e9 };

/** A device on a wire with a centre that confirms everything until told otherwise. */
function start(options: Partial<UitdOptions> = QUIET) {
  const clock = new FakeClock(START);
  const wire = memoryWire("panel");
  const journal = memoryJournal();
  const centre = { confirms: true, denies: 0, received: [] as Frame[] };
  wire.onSent = (bytes) => {
    const decoded = decodeFrame(bytes);
    if (!decoded.ok) throw new Error(decoded.error.reason);
    centre.received.push(decoded.value);
    const { serial, command } = decoded.value;
    if (command !== COMMAND.send) return;
    if (centre.denies-- > 0) tell(COMMAND.deny, serial);
    else if (centre.confirms) tell(COMMAND.confirm, serial);
  };
  const tell = (command: number, serial: number, adu: readonly number[] = []) =>
    wire.receive(fromCentre(command, serial, adu));
  const uitd = startUitd({
    wire,
    clock,
    journal,
    components: COMPONENTS,
    lineDevice: "panel",
    ...options,
  });
  const types = () => centre.received.map((frame) => frame.adu[0]);
  const forget = () => {
    centre.received = [];
    centre.denies = 0;
  };
  forget();
  return { clock, wire, journal, centre, uitd, tell, types, forget };
}

function fromCentre(command: number, serial: number, adu: readonly number[]): Uint8Array {
  const time = timeLabel(START);
  const version = [1, 1] as const;
  const addresses = { source: 88_888, destination: 889 };
  return encodeFrame({ ...addresses, serial, version, time, command, adu: Uint8Array.from(adu) });
}

const about = (journal: ReturnType<typeof memoryJournal>, device: string) =>
  journal.facts().filter((fact) => fact.device === device);

describe("alarms", () => {
  it("a fire is told at once, component and system, and the journal knows when it was confirmed", () => {
    const { uitd, types, journal } = start();
    uitd.setComponent(SMOKE, { fire: true });
    expect(types()).toEqual([2, 1]);
    expect(about(journal, "smoke-302").at(-1)).toMatchObject({
      address: SMOKE,
      kind: "smoke",
      fields: { alarm: true, test: false },
      at: START,
      listened: true,
      confirmed_at: START,
    });
  });

  it("a fire stays until the panel is reset, and one that still burns is told again", () => {
    const { uitd, journal, forget, types } = start();
    uitd.setComponent(SMOKE, { fire: true });
    uitd.setComponent(HEAT, { fire: true });
    uitd.setComponent(SMOKE, { fire: false });
    expect(about(journal, "smoke-302").at(-1)?.fields).toMatchObject({ alarm: true });
    forget();
    uitd.resetPanel();
    expect(types()).toEqual([4, 2, 2]);
    expect(about(journal, "smoke-302").at(-1)?.fields).toMatchObject({ alarm: false });
    expect(about(journal, "heat-kitchen").at(-1)?.fields).toMatchObject({ alarm: true });
  });

  it("unconfirmed, it is sent three times more with the same bytes, and later again until it is confirmed", () => {
    const { uitd, centre, wire, clock, journal, forget } = start();
    wire.sent.length = 0;
    centre.confirms = false;
    wire.listening = false;
    uitd.setComponent(SMOKE, { fire: true });
    clock.advance(10_000);
    wire.listening = true;
    clock.advance(30_000);
    const sameFrame = wire.sent.filter(
      (bytes) => Buffer.compare(bytes, wire.sent[0] ?? bytes) === 0,
    );
    expect(sameFrame).toHaveLength(4);
    expect(uitd.stats()).toMatchObject({ failed: 2, dropped: 0, waiting: 2 });
    expect(about(journal, "smoke-302").at(-1)).toMatchObject({
      listened: true,
      confirmed_at: null,
    });
    forget();
    centre.confirms = true;
    clock.advance(30_000);
    expect(uitd.stats()).toMatchObject({ waiting: 0, dropped: 0 });
    expect(about(journal, "smoke-302").at(-1)?.confirmed_at).toBe(START + 70_000);
  });

  it("denied, it is sent again at once", () => {
    const { uitd, centre, types } = start();
    centre.denies = 2;
    uitd.setComponent(SMOKE, { fire: true });
    expect(types()).toEqual([2, 2, 2, 1]);
    expect(uitd.stats()).toMatchObject({ denied: 2, waiting: 0 });
  });

  it("a confirm that comes after the last timeout still counts", () => {
    const { uitd, centre, clock, tell } = start();
    centre.confirms = false;
    uitd.setComponent(SMOKE, { fire: true });
    clock.advance(40_000);
    for (const { serial } of centre.received) tell(COMMAND.confirm, serial);
    expect(uitd.stats().waiting).toBe(0);
  });

  it("a fire does not wait for other traffic that nobody confirms", () => {
    const { uitd, centre, clock, types } = start();
    centre.confirms = false;
    uitd.setComponent(HEAT, { fault: true });
    uitd.setComponent(HEAT, { shielded: true });
    clock.advance(1000);
    uitd.setComponent(SMOKE, { fire: true });
    expect(types()).toEqual([2, 2, 1]);
    expect(centre.received[1]?.adu[5]).toBe(0x0a);
  });

  it("an older state never arrives after a fire of the same part, and its end never before it", () => {
    const { uitd, centre, clock, forget } = start();
    centre.confirms = false;
    uitd.setComponent(SMOKE, { fault: true });
    uitd.setComponent(SMOKE, { fire: true });
    uitd.setComponent(SMOKE, { fault: false, fire: false });
    uitd.resetPanel();
    clock.advance(45_000);
    forget();
    centre.confirms = true;
    clock.advance(60_000);
    const smoke = centre.received.filter((frame) => frame.adu[0] === 2);
    expect(smoke.map((frame) => frame.adu[9])).toEqual([7, 3, 1]);
    expect(uitd.stats()).toMatchObject({ waiting: 0, superseded: 2, dropped: 0 });
  });

  it("the spool is bounded: the oldest that is no fire goes, and is counted", () => {
    const { uitd, centre, clock } = start({ ...QUIET, spoolLimit: 5 });
    centre.confirms = false;
    uitd.setComponent(SMOKE, { fire: true });
    for (const fault of [true, false, true, false]) uitd.setComponent(HEAT, { fault });
    expect(uitd.stats()).toMatchObject({ waiting: 5, dropped: 5 });
    centre.confirms = true;
    clock.advance(40_000);
    expect(uitd.stats().waiting).toBe(0);
    expect(centre.received.some((frame) => frame.adu[0] === 2 && frame.adu[5] === 0x0a)).toBe(true);
  });

  it("no two readings of a component carry the same time, nor after the clock was set back", () => {
    const { uitd, journal, clock, tell } = start();
    for (const fault of [true, false, true]) uitd.setComponent(SMOKE, { fault });
    tell(COMMAND.control, 9, [90, 1, ...timeLabel(START - 3_600_000)]);
    clock.advance(500);
    uitd.setComponent(SMOKE, { fire: true });
    const times = about(journal, "smoke-302").map((fact) => fact.device_time_ms);
    expect(new Set(times).size).toBe(4);
  });
});

describe("the rounds", () => {
  it("after power-on it introduces itself and its parts", () => {
    const { wire } = start();
    const types = wire.sent.map((bytes) => bytes[27]);
    expect(types).toEqual([21, 25, 26, 28, 1, 5, 6, 8, 1, 5, 6, 8, 7]);
  });

  it("every component is heard in each round, values too, and a heartbeat twice a minute", () => {
    const { clock, journal, centre } = start({});
    clock.advance(600_000);
    const devices = journal.facts().filter((fact) => fact.address.includes("/0x"));
    for (const address of [SMOKE, HEAT, HYDRANT]) {
      expect(devices.some((fact) => fact.address === address)).toBe(true);
    }
    const water = devices.filter((fact) => fact.kind === "water");
    expect(water).toHaveLength(10);
    expect(water[0]?.fields).toEqual({ pressure_kpa: 250 });
    expect(centre.received.filter((frame) => frame.adu.length === 0)).toHaveLength(20);
    const times = devices.map((fact) => `${fact.address} ${fact.device_time_ms}`);
    expect(new Set(times).size).toBe(times.length);
  });

  it("do not pile up while nobody confirms", () => {
    const { clock, uitd, centre } = start({});
    centre.confirms = false;
    clock.advance(3_600_000);
    expect(uitd.stats().waiting).toBeLessThanOrEqual(4);
    expect(uitd.stats().roundsSkipped).toBeGreaterThan(0);
  });
});

describe("what the centre asks and orders", () => {
  const component = [1, 1, 0x0a, 0, 2, 0];
  it.each([
    { asks: "system state", adu: [61, 1, 1, 1], type: 1, length: 12 },
    { asks: "component state", adu: [62, 1, ...component], type: 2, length: 48 },
    { asks: "analog value", adu: [63, 1, 11, 1, 1, 0, 0, 0], type: 3, length: 18 },
    { asks: "system operations", adu: [64, 1, 1, 1, 9, ...timeLabel(START)], type: 4, length: 12 },
    { asks: "system version", adu: [65, 1, 1, 1], type: 5, length: 6 },
    { asks: "system configuration", adu: [66, 1, 1, 1], type: 6, length: 39 },
    { asks: "component configuration", adu: [67, 1, ...component], type: 7, length: 40 },
    { asks: "system time", adu: [68, 1, 1, 1], type: 8, length: 10 },
    { asks: "its state", adu: [81, 1, 0], type: 21, length: 9 },
    { asks: "its operations", adu: [84, 1, 9, ...timeLabel(START)], type: 24, length: 2 },
    { asks: "its version", adu: [85, 1, 0], type: 25, length: 4 },
    { asks: "its configuration", adu: [86, 1, 0], type: 26, length: 37 },
    { asks: "its time", adu: [88, 1, 0], type: 28, length: 8 },
  ])("$asks: answered under the same serial number", ({ adu, type, length }) => {
    const { uitd, centre, tell, forget } = start();
    uitd.resetPanel();
    forget();
    tell(COMMAND.request, 77, adu);
    expect(centre.received).toHaveLength(1);
    expect(centre.received[0]).toMatchObject({ serial: 77, command: COMMAND.answer });
    expect(centre.received[0]?.adu[0]).toBe(type);
    expect(centre.received[0]?.adu).toHaveLength(length);
  });

  it.each([
    { what: "an unknown type", command: COMMAND.request, adu: [70, 1, 0] },
    {
      what: "a component that it does not have",
      command: COMMAND.request,
      adu: [62, 1, 9, 9, 9, 9, 9, 9],
    },
    { what: "a wrong length", command: COMMAND.request, adu: [61, 2, 1, 1] },
    { what: "an order sent as a request", command: COMMAND.request, adu: [89, 1, 0] },
    { what: "an impossible time", command: COMMAND.control, adu: [90, 1, 61, 0, 0, 1, 1, 26] },
    { what: "nothing at all", command: COMMAND.control, adu: [] },
  ])("$what is denied", ({ command, adu }) => {
    const { centre, tell } = start();
    tell(command, 5, adu);
    expect(centre.received).toMatchObject([{ serial: 5, command: COMMAND.deny }]);
  });

  it("the clock is set: what follows carries the centre's time", () => {
    const { uitd, centre, tell, journal, clock } = start();
    tell(COMMAND.control, 5, [90, 1, ...timeLabel(START + 7_200_000)]);
    expect(centre.received).toMatchObject([{ serial: 5, command: COMMAND.confirm }]);
    clock.advance(1000);
    uitd.setComponent(SMOKE, { fire: true });
    expect(about(journal, "smoke-302").at(-1)?.device_time_ms).toBe(START + 7_201_000);
  });

  it("a duty check is confirmed, and answered when somebody presses the button", () => {
    const { centre, tell, clock, types } = start();
    tell(COMMAND.control, 5, [91, 1, 10]);
    expect(types()).toEqual([undefined]);
    clock.advance(2000);
    expect(types()).toEqual([undefined, 24]);
    expect(centre.received[1]?.adu[2]).toBe(0x20);
  });

  it("a duty check that nobody answers in its minutes is counted", () => {
    const { tell, clock, types, uitd } = start({ ...QUIET, dutyAnswerMs: null });
    tell(COMMAND.control, 5, [91, 1, 10]);
    clock.advance(600_000);
    expect(types()).toEqual([undefined]);
    expect(uitd.stats().dutyUnanswered).toBe(1);
  });

  it("initialisation is confirmed and followed by an introduction", () => {
    const { tell, types, uitd, clock } = start();
    uitd.resetPanel();
    clock.advance(1000);
    tell(COMMAND.control, 5, [89, 1, 0]);
    expect(types()).toEqual([4, undefined, 21, 25, 26, 28, 1, 5, 6, 8, 1, 5, 6, 8, 7]);
  });

  it("a frame in pieces and in noise is understood, one for another device is not obeyed", () => {
    const { wire, centre, clock, uitd } = start();
    const request = fromCentre(COMMAND.request, 5, [81, 1, 0]);
    wire.receive(Uint8Array.of(0x40, 0x40, 0x40, 0x23, 0x23, 0));
    for (const byte of request) wire.receive(Uint8Array.of(byte));
    wire.receive(request.subarray(0, 12));
    clock.advance(2000);
    wire.receive(request);
    const foreign = encodeFrame({
      serial: 1,
      version: [1, 1],
      time: timeLabel(START),
      source: 1,
      destination: 2,
      command: COMMAND.request,
      adu: Uint8Array.of(81, 1, 0),
    });
    wire.receive(foreign);
    expect(centre.received).toHaveLength(2);
    expect(uitd.stats()).toMatchObject({ misaddressed: 1, skippedBytes: 18 });
  });
});
