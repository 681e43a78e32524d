import { expect, it } from "vitest";
import { faultyWire, GB26875_CHECKSUM, strike } from "./faults.ts";
import type { LineFault } from "./faults.ts";
import { memoryWire } from "./memory.ts";

const FRAME = Uint8Array.of(1, 2, 3, 4, 5);
const random = () => 0.5;
const struck = (frame: Uint8Array, fault: LineFault) => [...strike(frame, fault, random)];

it("each fault does to a frame what it says", () => {
  expect(struck(FRAME, { fault: "garbage", count: 2 })).toEqual([128, 128, 1, 2, 3, 4, 5]);
  expect(struck(FRAME, { fault: "truncated", keep: 9 })).toEqual([1, 2, 3, 4]);
  expect(struck(FRAME, GB26875_CHECKSUM)).toEqual([1, 2, 3 ^ 0xff, 4, 5]);
  expect(struck(FRAME, { fault: "lost" })).toEqual([]);
});

it("faults strike one send each, in the order asked for", () => {
  const inner = memoryWire("panel");
  const wire = faultyWire(inner, random);
  wire.strikeNext({ fault: "lost" });
  wire.strikeNext({ fault: "truncated", keep: 1 });
  const heard: boolean[] = [];
  for (let sends = 0; sends < 3; sends++) wire.send(FRAME, (sent) => heard.push(sent.heard));
  expect(inner.sent.map((bytes) => bytes.length)).toEqual([0, 1, 5]);
  expect(heard).toEqual([false, false, true]);
});
