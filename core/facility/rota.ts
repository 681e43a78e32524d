import type { Found, Loose } from "./loose.ts";
import { each, found, text } from "./loose.ts";

const DAY = 24 * 60;

interface Span {
  /** Position in the rota. */
  readonly shift: number;
  readonly from: number;
  readonly to: number;
}

/** Shifts end when the next begins: one that overlaps another would leave open who is called. Minutes of the day, over midnight in two pieces. */
export function checkRota(root: Loose): readonly Found[] {
  const shifts = each(root, "rota");
  const spans = shifts.flatMap(spansOf).toSorted((a, b) => a.from - b.from);
  const overlapping = new Set<number>();
  let busy: Span | undefined;
  for (const span of spans) {
    if (busy !== undefined && span.from < busy.to && span.shift !== busy.shift) {
      overlapping.add(Math.max(span.shift, busy.shift));
    }
    if (busy === undefined || span.to > busy.to) busy = span;
  }
  return shifts
    .filter((_, i) => overlapping.has(i))
    .map((shift) => found(shift, "from", ["overlapping_shifts", "another shift is on duty then"]));
}

function spansOf(item: Loose, shift: number): readonly Span[] {
  const from = minutes(text(item, "from"));
  const to = minutes(text(item, "to"));
  if (from === undefined || to === undefined) return [];
  if (from < to) return [{ shift, from, to }];
  return [
    { shift, from, to: DAY },
    { shift, from: 0, to },
  ].filter((span) => span.from < span.to);
}

function minutes(time: string | undefined): number | undefined {
  const match = /^(\d\d):(\d\d)$/.exec(time ?? "");
  return match === null ? undefined : Number(match[1]) * 60 + Number(match[2]);
}
