import * as fc from "fast-check";
import { expect, test } from "vitest";
import { decode } from "./decode.ts";
import { gb26875 } from "./driver.ts";
import { encodeFrame, parseFrame } from "./frame.ts";
import vectors from "./vectors.json" with { type: "json" };

const a1 = bytes("A1");

test.each(vectors.frames)("$id: $means", ({ hex, expect: expected }) => {
  expect(play(hex)).toMatchObject([expected]);
});

test.each(vectors.adus)("an ADU alone: $means", ({ hex, expect: expected }) => {
  expect(decode(withAdu(hex), {})).toMatchObject(expected);
});

test("the confirmation and the denial are the published ones, with the time of sending", () => {
  const nowMs = Date.UTC(2012, 8, 26, 1, 58, 35);
  const decoded = decode(a1, { nowMs });
  expect(hexOf(decoded.answer ?? null)).toBe(vectors.frames.find(({ id }) => id === "A2")?.hex);
});

test("a frame with a wrong checksum is denied at once; a wrong confirmation is not", () => {
  const wrong = Uint8Array.from(a1);
  wrong[40] = 0xff;
  const [output] = gb26875.framer().push(wrong);
  expect(output).toMatchObject({ reason: "bad_checksum" });
  const answer = output !== undefined && "discarded" in output ? output.answer : undefined;
  expect(parseFrame(answer ?? a1)).toMatchObject({ command: 6, serial: 1 });
  const framer = gb26875.framer();
  const [confirm] = [...framer.push(bytes("B5")), ...framer.end()];
  expect(confirm).not.toHaveProperty("answer");
});

test.each([
  ["type 5 with a label", "050101020304 020a0b0c0d18", { major: 3 }, ["extra_label"]],
  [
    "type 8 with a second label",
    "08010101 023a091a0918 023a091a0918",
    { system: 1 },
    ["extra_label"],
  ],
  [
    "type 24, one label behind two objects",
    "18022001 0102 023a091a0918",
    { operation: 32 },
    ["one_label"],
  ],
  ["type 21 without a label", "150108", { state: 8, at: null }, ["no_label"]],
  ["type 21 with an impossible time", "150108 000000000000", { state: 8, at: null }, []],
  ["more objects said than sent", "01020101 0200 023a091a0918", { state: 2 }, ["count_mismatch"]],
  ["type 6 with its text", "1a0103414243", { text: "ABC" }, []],
  ["data behind a NUL in a text", "1a010541420043 44", { text: "AB CD" }, []],
])("takes %s", (_, adu, object, notes) => {
  const decoded = decode(withAdu(adu.replaceAll(" ", "")), {});
  expect(decoded).toMatchObject({ ok: true, frame: { notes } });
  expect(decoded.ok && decoded.frame["objects"]).toMatchObject(
    expect.arrayContaining([expect.objectContaining(object)]),
  );
});

test.each([
  ["one byte", "17"],
  ["a vendor's heartbeat", "1600"],
  ["a user type", "8001aabb"],
])("confirms an ADU of %s as a keep-alive", (_, adu) => {
  expect(decode(withAdu(adu.replaceAll(" ", "")), {})).toMatchObject({
    ok: true,
    points: [],
    signals: [],
    answer: expect.any(Uint8Array),
    frame: { keep_alive: true },
  });
});

test("denies an ADU in which no object fits, and a reserved command", () => {
  expect(decode(withAdu("02010101"), {})).toMatchObject({
    ok: false,
    reason: "bad_adu",
    answer: expect.any(Uint8Array),
  });
  const reserved = encodeFrame({ ...parseFrame(a1), command: 9 });
  expect(decode(reserved, {})).toMatchObject({ ok: false, reason: "unknown_command" });
});

test("a bad answer is not denied, and what stands behind a confirmation or a vendor's command does not matter", () => {
  const odd = { ...parseFrame(a1), adu: Uint8Array.of(2, 1, 1) };
  expect(decode(encodeFrame({ ...odd, command: 5 }), {})).not.toHaveProperty("answer");
  for (const command of [3, 6, 200]) {
    expect(decode(encodeFrame({ ...odd, command }), {})).toMatchObject({ ok: true, answer: null });
  }
});

test("a value outside the standard's range is shown and not stored", () => {
  expect(decode(withAdu("0301010228010203040300801a3a091a0918".slice(0, 36)), {})).toMatchObject({
    points: [],
    frame: { unmapped: ["temperature, 0.1 °C: -32768 is out of range"] },
  });
});

test("a re-send has the key of its first sending, a new message another, a device without a clock none", () => {
  const first = parseFrame(a1);
  expect(keyOf(a1)).toBe(keyOf(Uint8Array.from(a1)));
  expect(keyOf(encodeFrame({ ...first, serial: 2 }))).not.toBe(keyOf(a1));
  expect(keyOf(encodeFrame({ ...first, label: new Uint8Array(6) }))).toBeNull();
});

test("any ADU of any type and command is decoded or refused with a reason, without throwing", () => {
  const first = parseFrame(a1);
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 64 }),
      fc.nat(255),
      fc.nat(91),
      (rest, command, type) => {
        const adu = Uint8Array.of(type, ...rest);
        const decoded = decode(encodeFrame({ ...first, command, adu }), {});
        expect(decoded.ok ? "ok" : decoded.reason).toMatch(/^(ok|bad_adu|unknown_command)$/);
      },
    ),
  );
});

/** What becomes of a piece of wire, with answers in hex. */
function play(hex: string): unknown[] {
  const framer = gb26875.framer();
  return [...framer.push(Buffer.from(hex, "hex")), ...framer.end()].map((output) => {
    if (!("frame" in output)) return { ok: false, reason: output.reason };
    const decoded = decode(output.frame, {});
    return { ...decoded, answer: hexOf(decoded.answer ?? null) };
  });
}

function keyOf(frame: Uint8Array): string | null {
  const decoded = decode(frame, {});
  return decoded.ok ? decoded.dedup : "refused";
}

function bytes(id: string): Uint8Array {
  return Buffer.from(vectors.frames.find((vector) => vector.id === id)?.hex ?? "", "hex");
}

function withAdu(hex: string): Uint8Array {
  return encodeFrame({ ...parseFrame(a1), adu: Buffer.from(hex, "hex") });
}

function hexOf(answer: Uint8Array | null): string | null {
  return answer === null ? null : Buffer.from(answer).toString("hex");
}

test("a reset at the panel is one of its system; on the transmission device it is of nobody else", () => {
  const resets = (adu: string): unknown => {
    const decoded = decode(withAdu(adu.replaceAll(" ", "")), {});
    return decoded.ok && decoded.resets;
  };
  expect(resets("04 01 01 02 01 05 04 00 09 02 07 15")).toEqual([
    { address: "1/2", at: expect.any(Number) },
    { address: "uitd", at: expect.any(Number) },
  ]);
  expect(resets("04 01 01 02 02 05 04 00 09 02 07 15")).toBeUndefined();
  expect(resets("18 01 01 05 04 00 09 02 07 15")).toEqual([
    { address: "uitd", at: expect.any(Number) },
  ]);
  expect(resets("18 01 04 05 04 00 09 02 07 15")).toBeUndefined();
});
