import { expect, test } from "vitest";
import { roomCode } from "./index.ts";

const KEY = "0b".repeat(32);

// Made with: printf 'anhu room code/FACILITY/ROOM' | openssl dgst -sha256 -mac HMAC -macopt hexkey:0b0b...
test.each([
  ["pt-licheng-0001", "r302", 0xd34b5834],
  ["pt-licheng-0001", "r305", 0xc9ca2eb5],
])("the code of %s %s is that of the mac's first four bytes", (facility, room, bytes) => {
  expect(roomCode(KEY, facility, room)).toBe(String(bytes % 10_000).padStart(4, "0"));
  expect(roomCode(`${KEY.toUpperCase()}\n`, facility, room)).toBe(roomCode(KEY, facility, room));
});

test("a code has four digits, and depends on key, facility and room", () => {
  const codes = Array.from({ length: 400 }, (_, i) => roomCode(KEY, "pt-1", `r${i}`));
  for (const code of codes) expect(code).toMatch(/^\d{4}$/);
  expect(new Set(codes).size).toBeGreaterThan(380);
  expect(codes.some((code) => code.startsWith("0"))).toBe(true);
  const r302 = roomCode(KEY, "pt-1", "r302");
  expect(roomCode("0c".repeat(32), "pt-1", "r302")).not.toBe(r302);
  expect(roomCode(KEY, "pt-2", "r302")).not.toBe(r302);
  // Nothing of the facility's name moves into the room's.
  expect(roomCode(KEY, "pt", "1-r302")).not.toBe(roomCode(KEY, "pt-1", "r302"));
});

test.each(["", "secret", "0b".repeat(31), `${"0b".repeat(31)}zz`])("%j is no key", (key) => {
  expect(() => roomCode(key, "pt-1", "r302")).toThrow(
    expect.objectContaining({ code: "bad_room_key" }),
  );
});
