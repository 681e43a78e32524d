import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { framerContract } from "../framing/contract.ts";
import { decode } from "./decode.ts";
import { encodeCommand, ld2410Framer } from "./frame.ts";
import vectors from "./vectors.json" with { type: "json" };

const still = bytes("still");

framerContract("ld2410", {
  framer: ld2410Framer,
  frames: vectors.frames.map(({ id }) => bytes(id)),
  noise: Uint8Array.of(0x00, 0x55, 0xaa, 0xf8, 0x04),
  damaged: { bytes: still.with(still.length - 1, 0), reason: "bad_end" },
  oversize: { bytes: still.subarray(0, 6).with(5, 0xff), reason: "bad_length" },
  provocation: Uint8Array.of(0xf4, 0xf3, 0xf2, 0xf1, 0x40, 0x00),
  bound: 2 * 138,
});

describe("ld2410", () => {
  test.each(vectors.frames)("$id: $means", ({ id, expect: expected }) => {
    expect(decode(bytes(id))).toMatchObject(expected);
  });

  test("the commands are the published ones", () => {
    for (const id of ["enable", "read_firmware", "restart"] as const) {
      expect(encodeCommand(id)).toEqual(bytes(id));
    }
  });

  test("a radar that calibrates says nothing of presence", () => {
    expect(decode(still.with(8, 4))).toMatchObject({
      ok: true,
      points: [],
      frame: { state: "calibrating" },
    });
  });

  test.each([
    ["head", 7],
    ["tail", 17],
    ["type", 6],
    ["state", 8],
  ])("a report with a wrong %s is refused", (_, at) => {
    expect(decode(still.with(at, 0x77))).toMatchObject({ ok: false, reason: "bad_payload" });
  });

  test("any payload is decoded or refused, without throwing", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 2, maxLength: 60 }),
        fc.constantFrom(0xf4, 0xfd),
        (payload, head) => {
          const frame = Uint8Array.of(head, 0, 0, 0, payload.length, 0, ...payload, 0, 0, 0, 0);
          const decoded = decode(frame);
          expect(decoded.ok || decoded.reason === "bad_payload").toBe(true);
        },
      ),
    );
  });
});

function bytes(id: string): Uint8Array {
  const vector = vectors.frames.find((frame) => frame.id === id);
  return Uint8Array.from(Buffer.from(vector?.hex ?? "", "hex"));
}
