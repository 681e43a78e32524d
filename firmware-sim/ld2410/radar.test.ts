import { describe, expect, it } from "vitest";
import { FakeClock } from "@anhu/core/time";
import { memoryJournal } from "../journal/memory.ts";
import { memoryWire } from "../wire/memory.ts";
import { CommandFramer, encodeBasic, encodeCommand, encodeEngineering } from "./frame.ts";
import { NOBODY } from "./model.ts";
import { startRadar } from "./radar.ts";
import vectors from "./vectors.json" with { type: "json" };

const hexOf = (bytes: Uint8Array) =>
  (Buffer.from(bytes).toString("hex").toUpperCase().match(/../g) ?? []).join(" ");
const bytesOf = (hex: string) => Buffer.from(hex.replaceAll(" ", ""), "hex");
const vector = (at: number) => vectors.frames[at]?.hex ?? "";

const ENABLE = bytesOf(vector(3));
const NONE = new Uint8Array(0);
const RESTART = bytesOf(vector(5));

describe("samples of the vendor's text", () => {
  it("reports are encoded to exactly their bytes", () => {
    expect(hexOf(encodeBasic({ ...NOBODY, still: true, movingCm: 81, stillEnergy: 59 }))).toBe(
      vector(0),
    );
    const both = { moving: true, movingCm: 30, movingEnergy: 60, still: true, stillEnergy: 57 };
    const movingGates = [0x3c, 0x22, 5, 3, 3, 4, 3, 6, 5];
    const stillGates = [0, 0, 0x39, 0x10, 0x13, 6, 6, 8, 4];
    const gates = { movingGates, stillGates, light: 3, out: 5 };
    expect(hexOf(encodeEngineering({ ...NOBODY, ...both, ...gates }))).toBe(vector(1));
    expect(hexOf(encodeBasic({ ...NOBODY, stillEnergy: 55 }))).toBe(vector(2));
  });

  it("commands are encoded to exactly their bytes, and cut out of noise", () => {
    expect(hexOf(encodeCommand(0xff, Uint8Array.of(1, 0)))).toBe(vector(3));
    expect(hexOf(encodeCommand(0xa0, new Uint8Array(0)))).toBe(vector(4));
    expect(hexOf(encodeCommand(0xa3, new Uint8Array(0)))).toBe(vector(5));
    expect(hexOf(encodeCommand(0x1a3, Uint8Array.of(0, 0)))).toBe(vector(6));
    const noise = bytesOf("FD FC FB FA FF FF 00 FD");
    const framer = new CommandFramer();
    const words = Array.from(Buffer.concat([noise, ENABLE, noise, RESTART])).flatMap((byte) =>
      framer.push(Uint8Array.of(byte)).map((command) => command.word),
    );
    expect(words).toEqual([0xff, 0xa3]);
    expect(framer.skipped).toBe(16);
  });
});

function start() {
  const clock = new FakeClock(Date.parse("2026-03-01T00:00:00Z"));
  const wire = memoryWire("radar-302");
  const journal = memoryJournal();
  const radar = startRadar({ wire, clock, journal, device: "radar-302" });
  return { clock, wire, journal, radar };
}

describe("the radar", () => {
  it("reports once a second what it sees, and the journal knows it and whether anybody listened", () => {
    const { clock, wire, journal, radar } = start();
    clock.advance(1000);
    radar.see({ moving: true, movingCm: 150 });
    wire.listening = false;
    clock.advance(1000);
    expect(wire.sent.map(hexOf)).toEqual([
      hexOf(encodeBasic(NOBODY)),
      hexOf(encodeBasic({ ...NOBODY, moving: true, movingCm: 150 })),
    ]);
    expect(journal.facts().map(({ fields, listened }) => ({ fields, listened }))).toEqual([
      { fields: { present: false, moving: false }, listened: true },
      { fields: { present: true, moving: true, distance_m: 1.5 }, listened: false },
    ]);
  });

  it("is silent while it is configured and refuses commands before that", () => {
    const { clock, wire } = start();
    wire.receive(RESTART);
    wire.receive(ENABLE);
    clock.advance(5000);
    expect(wire.sent.map(hexOf)).toEqual([
      "FD FC FB FA 04 00 A3 01 01 00 04 03 02 01",
      "FD FC FB FA 08 00 FF 01 00 00 01 00 40 00 04 03 02 01",
    ]);
  });

  it("reports gates in engineering mode until it restarts", () => {
    const { clock, wire } = start();
    wire.receive(ENABLE);
    wire.receive(encodeCommand(0x62, new Uint8Array(0)));
    wire.receive(encodeCommand(0xfe, new Uint8Array(0)));
    clock.advance(1000);
    expect(wire.sent.at(-1)?.[6]).toBe(1);
    wire.receive(ENABLE);
    wire.receive(RESTART);
    expect(hexOf(wire.sent.at(-1) ?? NONE)).toBe(vector(6));
    clock.advance(1000);
    expect(wire.sent.at(-1)?.[6]).toBe(2);
  });
});
