import { AnhuError } from "@anhu/core/errors";
import { writeLine } from "@anhu/core/line-protocol";
import type { LineValue } from "@anhu/core/line-protocol";
import type { ResponseMeasurement } from "@anhu/core/points";

export type { LineValue } from "@anhu/core/line-protocol";

const NS_PER_MS = 1_000_000;

/**
 * A line with its time in nanoseconds: `at`, UTC ms, and below the milliseconds the row's position, so that a series has each time once.
 * Throws `bad_point` for what line protocol cannot say.
 */
export function pointLine(point: {
  readonly name: ResponseMeasurement;
  readonly tags: Readonly<Record<string, string>>;
  readonly fields: readonly (readonly [string, LineValue])[];
  readonly at: number;
  readonly position: number;
}): string {
  const { name, fields, at, position } = point;
  // In order of their names: InfluxDB's advice, and one series is always one text.
  const tags = Object.entries(point.tags)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => [key, sayable(value)] as const);
  const time = BigInt(Math.trunc(at)) * BigInt(NS_PER_MS) + BigInt(position % NS_PER_MS);
  const line = writeLine({ name, tags, fields, time });
  if (line.ok) return line.value;
  const options = { fault: "internal", retry: false } as const;
  throw new AnhuError(
    "bad_point",
    `${name} at position ${position}: ${line.error.detail}`,
    options,
  );
}

/** A tag's value that line protocol can say: a strange one must not hold up what comes behind it. */
function sayable(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what it replaces
  return text.toWellFormed().replaceAll(/[\0-\x1f\x7f\\]/g, "?") || "none";
}
