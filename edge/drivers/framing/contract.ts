/** The contract suite of every framer: one test body, run by each driver with frames of its own. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Framer, FramerOutput } from "../driver.ts";

export interface FramerSamples {
  readonly framer: () => Framer;
  /** Different good frames, at least two. */
  readonly frames: readonly Uint8Array[];
  /** Bytes in which no frame can begin. */
  readonly noise: Uint8Array;
  /** A frame with a wrong check at its end, and the reason for refusing it. */
  readonly damaged: { readonly bytes: Uint8Array; readonly reason: string };
  /** The beginning of a frame that claims to be too long, and the reason for refusing it. */
  readonly oversize: { readonly bytes: Uint8Array; readonly reason: string };
  /** What endless noise is made of: the bytes that look most like beginnings. */
  readonly provocation: Uint8Array;
  /** Most bytes that may be held. */
  readonly bound: number;
}

export function framerContract(name: string, samples: FramerSamples): void {
  const { frames, noise, damaged, oversize, framer } = samples;
  const [first = new Uint8Array(), second = new Uint8Array()] = frames;
  const whole = (bytes: Uint8Array): FramerOutput[] => feed(framer(), [bytes]);

  describe(`framer of ${name}`, () => {
    test("finds every frame given whole, and byte by byte", () => {
      for (const frame of frames) {
        expect(whole(frame)).toEqual([{ frame }]);
        expect(feed(framer(), single(frame))).toEqual([{ frame }]);
      }
    });

    test("finds two frames in one chunk", () => {
      expect(whole(join(first, second))).toEqual([{ frame: first }, { frame: second }]);
    });

    test("hands on noise before, between and behind frames with its reason", () => {
      const discarded = { discarded: noise, reason: "noise" };
      expect(whole(join(noise, first, noise, second, noise))).toEqual([
        discarded,
        { frame: first },
        discarded,
        { frame: second },
        discarded,
      ]);
    });

    test("calls every beginning of a frame truncated, and finds the frame behind it", () => {
      for (let cut = 1; cut < first.length; cut++) {
        const begin = first.subarray(0, cut);
        expect(whole(begin)).toEqual([{ discarded: begin, reason: "truncated" }]);
        const outputs = feed(framer(), [begin, second]);
        expect(framesOf(outputs)).toEqual([second]);
        expect(accounted(outputs)).toEqual(join(begin, second));
      }
    });

    test("refuses a damaged frame, and finds the one behind it", () => {
      const outputs = whole(join(damaged.bytes, second));
      expect(outputs[0]).toMatchObject({ reason: damaged.reason });
      expect(framesOf(outputs)).toEqual([second]);
    });

    test("refuses a frame that claims to be too long as soon as it says so", () => {
      const outputs = framer().push(join(oversize.bytes, second));
      expect(outputs[0]).toMatchObject({ reason: oversize.reason });
      expect(framesOf(outputs)).toEqual([second]);
    });

    test("can be used on after its end", () => {
      const used = framer();
      used.push(first.subarray(0, 5));
      used.end();
      expect(used.held).toBe(0);
      expect(used.push(second)).toEqual([{ frame: second }]);
    });

    test("finds a frame in any noise, whatever the chunks, and accounts for every byte once", () => {
      const junk = fc.oneof(
        fc.uint8Array({ maxLength: 64 }),
        fc
          .array(fc.constantFrom(...samples.provocation), { maxLength: 64 })
          .map((a) => Uint8Array.from(a)),
        fc.nat({ max: first.length }).map((cut) => first.slice(0, cut)),
      );
      fc.assert(
        fc.property(
          junk,
          junk,
          fc.constantFrom(...frames),
          fc.integer({ min: 1, max: 40 }),
          (a, b, frame, size) => {
            const input = join(a, frame, b);
            const outputs = feed(framer(), chunks(input, size));
            expect(accounted(outputs)).toEqual(input);
            expect(framesOf(outputs)).toContainEqual(frame);
          },
        ),
      );
    });

    test("holds endless noise within its bound, and reads a megabyte of it", () => {
      const one = framer();
      let seen = 0;
      const block = Uint8Array.from(
        { length: 4096 },
        (_, i) => samples.provocation[i % samples.provocation.length] ?? 0,
      );
      for (let i = 0; i < 256; i++) {
        for (const output of one.push(block)) seen += bytesOf(output).length;
        expect(one.held).toBeLessThanOrEqual(samples.bound);
      }
      for (const output of one.end()) seen += bytesOf(output).length;
      expect(seen).toBe(256 * block.length);
    });
  });
}

/** `parts` one behind the other. */
function join(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

function feed(framer: Framer, parts: Iterable<Uint8Array>): FramerOutput[] {
  const outputs: FramerOutput[] = [];
  for (const part of parts) outputs.push(...framer.push(part));
  return [...outputs, ...framer.end()];
}

function single(bytes: Uint8Array): Uint8Array[] {
  return chunks(bytes, 1);
}

function chunks(bytes: Uint8Array, size: number): Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += size) parts.push(bytes.subarray(at, at + size));
  return parts;
}

function bytesOf(output: FramerOutput): Uint8Array {
  return "frame" in output ? output.frame : output.discarded;
}

function framesOf(outputs: readonly FramerOutput[]): Uint8Array[] {
  return outputs.flatMap((output) => ("frame" in output ? [output.frame] : []));
}

function accounted(outputs: readonly FramerOutput[]): Uint8Array {
  return join(...outputs.map(bytesOf));
}
