import * as fc from "fast-check";
import { expect, test } from "vitest";
import { formatBatch, parseBatchHeader } from "./batch.ts";

const clock = { source: "rtc", offset_ms: -1500 } as const;

test("a batch's header reads back, and says where the lines begin", () => {
  const lines = "smoke,device=s1,room=none alarm=true 17\n";
  const bytes = formatBatch({ boot: "b7f3", seq: 42, n: 1, clock, lines });
  const header = parseBatchHeader(bytes);
  expect(header).toMatchObject({ ok: true, value: { boot: "b7f3", seq: 42, n: 1, clock } });
  const from = header?.ok === true ? header.value.bodyOffset : 0;
  expect(new TextDecoder().decode(bytes.subarray(from))).toBe(lines);
});

test("line protocol without the header is no batch of ours", () => {
  expect(parseBatchHeader(new TextEncoder().encode("# a comment\nm f=1"))).toBe(null);
  expect(parseBatchHeader(new Uint8Array())).toBe(null);
});

test.each([
  ["v=1 boot=b seq=1 n=1 clock=ntp offset_ms=0", "bad_header"],
  ["v=2 boot=b seq=1 n=1 clock=ntp offset_ms=0\n", "bad_version"],
  ["boot=b seq=1 n=1 clock=ntp offset_ms=0\n", "bad_version"],
  ["v=1 boot= seq=1 n=1 clock=ntp offset_ms=0\n", "bad_header"],
  ["v=1 boot=b seq=-1 n=1 clock=ntp offset_ms=0\n", "bad_header"],
  ["v=1 boot=b seq=1 clock=ntp offset_ms=0\n", "bad_header"],
  ["v=1 boot=b seq=1 n=1 clock=gps offset_ms=0\n", "bad_header"],
  ["v=1 boot=b seq=1 n=1 clock=ntp offset_ms=NaN\n", "bad_header"],
  ["v=1 boot=b boot=c seq=1 n=1 clock=ntp offset_ms=0\n", "bad_header"],
  ["v=1 __proto__=b seq=1 n=1 clock=ntp offset_ms=0\n", "bad_header"],
  [`v=1 boot=${"b".repeat(600)} seq=1 n=1 clock=ntp offset_ms=0\n`, "bad_header"],
])("refuses %j as %s", (text, reason) => {
  expect(parseBatchHeader(new TextEncoder().encode(`# anhu ${text}`))).toMatchObject({
    ok: false,
    error: { reason },
  });
});

test("never throws", () => {
  fc.assert(
    fc.property(fc.uint8Array(), (noise) => {
      const bytes = Buffer.concat([Buffer.from("# anhu "), noise]);
      expect(() => parseBatchHeader(bytes)).not.toThrow();
    }),
  );
});
