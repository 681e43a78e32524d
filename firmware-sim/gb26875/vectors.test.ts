import { describe, expect, it } from "vitest";
import {
  analogObject,
  componentStateObject,
  encodeAdu,
  quantise,
  systemOperationObject,
  systemStateObject,
  systemVersionObject,
  uitdOperationObject,
  uitdStateObject,
} from "./adu.ts";
import type { Frame } from "./frame.ts";
import { decodeFrame, encodeFrame } from "./frame.ts";
import { timeLabel } from "./time-label.ts";
import vectors from "./vectors.json" with { type: "json" };

const DEVICE = 0x379;
const CENTRE = 88_888;
const EVENT = timeLabel(Date.parse("2012-09-26T09:58:02+08:00"));
const PACKET_32 = timeLabel(Date.parse("2012-09-26T09:58:32+08:00"));
const PACKET_35 = timeLabel(Date.parse("2012-09-26T09:58:35+08:00"));
const EVENT_2024 = timeLabel(Date.parse("2024-09-26T09:58:02+08:00"));
const NONE = new Uint8Array(0);

const up = { serial: 1, version: [1, 1], source: DEVICE, destination: CENTRE } as const;
const down = { ...up, source: CENTRE, destination: DEVICE };
const at32 = { ...up, time: PACKET_32 };
const constructed = { ...up, time: EVENT_2024, command: 2 };
const uitdState = encodeAdu(21, [uitdStateObject(0x08, EVENT)]);
const version = encodeAdu(25, [Uint8Array.of(1, 1)]);
const time = encodeAdu(28, [EVENT]);
const order = (type: number, ...body: number[]) => Uint8Array.of(type, 1, ...body);

const A1_STATE = componentStateObject(
  { system: 1, systemAddress: 1, type: 40, address: 0x0002000a },
  { bits: 2, text: " ".repeat(30) },
  EVENT,
);
const B1_STATE = componentStateObject(
  { system: 1, systemAddress: 3, type: 0, address: 0x000600d9 },
  { bits: 2, text: "Ａ区１层呷哺走廊" },
  timeLabel(Date.parse("2020-08-01T19:18:48+08:00")),
);

const FRAMES: Readonly<Record<string, Frame>> = {
  A1: { ...at32, command: 2, adu: encodeAdu(2, [A1_STATE]) },
  A2: { ...down, time: PACKET_35, command: 3, adu: NONE },
  A3: { ...down, time: PACKET_35, command: 6, adu: NONE },
  A4: { ...at32, command: 2, adu: uitdState },
  A5: {
    ...at32,
    command: 2,
    adu: encodeAdu(24, [uitdOperationObject({ flags: 0x20, operator: 1 }, EVENT)]),
  },
  A6: { ...at32, command: 2, adu: version },
  A7: { ...at32, command: 2, adu: time },
  A8: { ...down, time: PACKET_32, command: 4, adu: order(81, 0) },
  A9: { ...at32, command: 5, adu: uitdState },
  A10: { ...up, time: PACKET_35, command: 6, adu: NONE },
  A11: { ...down, time: PACKET_32, command: 4, adu: order(85, 0) },
  A12: { ...at32, command: 5, adu: version },
  A13: { ...down, time: PACKET_32, command: 4, adu: order(88, 0) },
  A14: { ...at32, command: 5, adu: time },
  A15: { ...down, time: PACKET_32, command: 1, adu: order(89, 0) },
  A16: { ...up, time: PACKET_35, command: 3, adu: NONE },
  A17: { ...down, time: PACKET_32, command: 1, adu: order(90, ...EVENT) },
  A18: { ...down, time: PACKET_32, command: 1, adu: order(91, 10) },
  B1: {
    serial: 0,
    version: [1, 1],
    time: timeLabel(Date.parse("2020-10-22T17:13:24+08:00")),
    source: 0,
    destination: 0x010203040506,
    command: 2,
    adu: encodeAdu(2, [B1_STATE]),
  },
  C1: {
    serial: 1,
    version: [0, 1],
    time: timeLabel(Date.parse("2021-07-02T09:00:05+08:00")),
    source: 0x000102030405,
    destination: 0x060708090a0b,
    command: 4,
    adu: order(89, 0),
  },
  K1: {
    ...constructed,
    adu: encodeAdu(1, [systemStateObject({ system: 1, systemAddress: 1 }, 3, EVENT_2024)]),
  },
  K6: { ...constructed, serial: 6, adu: NONE },
  K7: { ...constructed, serial: 7, adu: encodeAdu(21, [uitdStateObject(1, EVENT_2024)]) },
};

const NO_FRAME: Frame = { ...constructed, serial: 0, adu: NONE };
const bytesOf = (hex: string) => Uint8Array.from(Buffer.from(hex.replaceAll(" ", ""), "hex"));

describe("frames of independent origin", () => {
  const good = vectors.frames.filter((vector) => vector.id !== "B5");

  it.each(good)("$id is encoded to exactly its bytes", ({ id, hex }) => {
    const frame = FRAMES[id] ?? NO_FRAME;
    expect(Uint8Array.from(encodeFrame(frame))).toEqual(bytesOf(hex));
  });

  it.each(good)("$id is decoded to what it says", ({ id, hex }) => {
    const decoded = decodeFrame(bytesOf(hex));
    expect(decoded.ok && { ...decoded.value, adu: Buffer.from(decoded.value.adu) }).toEqual({
      ...FRAMES[id],
      adu: Buffer.from(FRAMES[id]?.adu ?? NONE),
    });
  });

  it("B5 is refused: its checksum is wrong", () => {
    const wrong = vectors.frames.find((vector) => vector.id === "B5")?.hex ?? "";
    expect(decodeFrame(bytesOf(wrong))).toMatchObject({ error: { reason: "bad_checksum" } });
  });
});

describe("application data units of independent origin", () => {
  const system = { system: 1, systemAddress: 2 };
  const label = timeLabel(Date.parse("2021-07-02T09:00:04+08:00"));
  const component = { ...system, address: 0x04030201 };
  const text = "这是一个转码测试";
  const ADUS = [
    encodeAdu(1, [
      systemStateObject(system, 0x0204, label),
      systemStateObject(
        { system: 13, systemAddress: 3 },
        0x0105,
        timeLabel(Date.parse("2021-07-02T09:00:05+08:00")),
      ),
    ]),
    encodeAdu(2, [
      componentStateObject({ ...component, type: 121 }, { bits: 0x0204, text }, label),
    ]),
    encodeAdu(3, [
      analogObject(
        { ...component, type: 40 },
        { type: 3, raw: quantise({ type: 3, value: 80 }).raw },
        label,
      ),
    ]),
    encodeAdu(4, [systemOperationObject(system, { flags: 0x84, operator: 250 }, label)]),
    encodeAdu(5, [systemVersionObject(system, 3, 4)]),
  ];

  it.each(vectors.adus.map((vector, at) => ({ ...vector, at })))("$meaning", ({ hex, at }) => {
    expect(Buffer.from(ADUS[at] ?? []).toString("hex")).toBe(hex.replaceAll(" ", "").toLowerCase());
  });
});
