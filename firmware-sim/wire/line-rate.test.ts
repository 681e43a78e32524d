import { describe, expect, it } from "vitest";
import { FakeClock } from "@anhu/core/time";
import { LineRate } from "./line-rate.ts";
import type { Sent } from "./wire.ts";

function start(limit = 10_000) {
  const clock = new FakeClock(1_000_000);
  const out: { at: number; bytes: number }[] = [];
  const told: Sent[] = [];
  const far = { listens: true };
  const line = new LineRate({
    clock,
    bytesPerSecond: 960,
    limit,
    put(bytes) {
      out.push({ at: clock.monotonic(), bytes: bytes.length });
      return far.listens;
    },
  });
  const send = (length: number) => line.send(new Uint8Array(length), (sent) => told.push(sent));
  return { clock, out, told, far, line, send };
}

const total = (out: readonly { bytes: number }[]) => out.reduce((sum, { bytes }) => sum + bytes, 0);

describe("the line rate", () => {
  it("a byte is out when its ten bits are: 9600 baud carry 960 bytes in a second", () => {
    const { clock, out, told, send } = start();
    send(960);
    send(960);
    clock.advance(1000);
    expect(total(out)).toBe(960);
    expect(told).toEqual([{ heard: true, at: 1_000_000 + (out[0]?.at ?? 0) }]);
    expect(out[0]?.at).toBeGreaterThan(9);
    clock.advance(1001);
    expect(total(out)).toBe(1920);
    expect(told).toHaveLength(2);
  });

  it("a line that rested does not catch up", () => {
    const { clock, out, send } = start();
    send(10);
    clock.advance(60_000);
    send(960);
    clock.advance(500);
    expect(total(out)).toBeLessThanOrEqual(10 + 481);
  });

  it("a frame of which nobody heard a part was not heard", () => {
    const { clock, far, told, send } = start();
    send(100);
    clock.advance(50);
    far.listens = false;
    clock.advance(10);
    far.listens = true;
    clock.advance(100);
    expect(told).toMatchObject([{ heard: false }]);
  });

  it("a send that does not fit is refused whole, and told so", () => {
    const { clock, out, told, send } = start(100);
    expect([send(80), send(30), send(20)]).toEqual([true, false, true]);
    expect(told).toEqual([{ heard: false, at: null }]);
    clock.advance(1000);
    expect(total(out)).toBe(100);
  });

  it("closing tells everybody who waits", () => {
    const { line, told, send } = start();
    send(100);
    line.close();
    expect(told).toEqual([{ heard: false, at: null }]);
  });

  it("nothing to send is over at once", () => {
    const { told, send } = start();
    send(0);
    expect(told).toHaveLength(1);
  });
});
