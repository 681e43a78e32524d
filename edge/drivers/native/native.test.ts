import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { DecodeResult } from "../driver.ts";
import { nativeDecoder } from "./decode.ts";
import vectors from "./vectors.json" with { type: "json" };

test.each(vectors.messages)("$topic $payload", ({ topic, payload, expect: expected }) => {
  expect(hear(topic, payload)).toMatchObject(expected);
});

test("a payload over 4 KiB is refused", () => {
  const payload = JSON.stringify({ t: 1, n: 1, alarm: true, x: "x".repeat(4096) });
  expect(hear("anhu-device/a/smoke", payload)).toMatchObject({ ok: false, reason: "too_long" });
});

test("a re-send has the key of its first sending; another number, kind or content has another", () => {
  const keys = [
    hear("anhu-device/a/sos", '{"t":5,"n":1,"pressed":true}'),
    hear("anhu-device/a/sos", '{"t":5,"n":1,"pressed":true}'),
    hear("anhu-device/a/sos", '{"t":5,"n":2,"pressed":true}'),
    hear("anhu-device/a/sos", '{"t":5,"n":1,"pressed":false}'),
    hear("anhu-device/b/sos", '{"t":5,"n":1,"pressed":true}'),
  ].map((decoded) => (decoded.ok ? decoded.dedup : null));
  expect(keys[0]).toBe(keys[1]);
  expect(new Set(keys).size).toBe(4);
});

test("a call for help of a device without a clock is never taken for an older one sent again", () => {
  const call = hear("anhu-device/a/sos", '{"t":null,"n":0,"pressed":true}');
  expect(call.ok && call.dedup).toBe(null);
});

test("any JSON on any topic is decoded or refused, without throwing", () => {
  fc.assert(
    fc.property(fc.constantFrom("a/smoke", "a/online", "a/state", "a"), fc.json(), (rest, json) => {
      expect(typeof hear(`anhu-device/${rest}`, json).ok).toBe("boolean");
    }),
  );
});

function hear(topic: string, payload: string): DecodeResult {
  return nativeDecoder("anhu-device")({ topic, payload: Buffer.from(payload), retained: false });
}
