import { expect, it } from "vitest";
import type { LineFault } from "./faults.ts";
import { faultyWire } from "./faults.ts";
import { memoryWire } from "./memory.ts";

const FRAME = Uint8Array.of(1, 2, 3, 4, 5);

it("faults strike one send each, in the order asked for, and what did not arrive whole was not heard", () => {
  const inner = memoryWire("panel");
  const wire = faultyWire(inner, () => 0.5);
  const faults: LineFault[] = [
    { fault: "garbage", count: 2 },
    { fault: "truncated", keep: 9 },
    { fault: "flipped", fromEnd: 2 },
    { fault: "lost" },
  ];
  for (const fault of faults) wire.strikeNext(fault);
  const heard: boolean[] = [];
  for (let sends = 0; sends < 5; sends++) wire.send(FRAME, (sent) => heard.push(sent.heard));
  expect(inner.sent.map((bytes) => [...bytes])).toEqual([
    [128, 128, 1, 2, 3, 4, 5],
    [1, 2, 3, 4],
    [1, 2, 3 ^ 0xff, 4, 5],
    [],
    [1, 2, 3, 4, 5],
  ]);
  expect(heard).toEqual([true, false, false, false, true]);
});
