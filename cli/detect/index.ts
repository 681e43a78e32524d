/**
 * `anhu detect --facility FILE [--until MS]`: line protocol (times: UTC ms) -> alerts, one JSON object per line (CONTRACTS.md, alerts).
 *
 *   stdin -> complete lines -> points -> Replay (core/detection on the readings' own clock) -> stdout
 *                    \\-- refused: {"line","reason","detail"} on stderr, exit code 1
 */
import { readFile } from "node:fs/promises";
import { once } from "node:events";
import type { Writable } from "node:stream";
import { detectionModel } from "@anhu/core/detection";
import { messageOf } from "@anhu/core/errors";
import type { FacilityIndex } from "@anhu/core/facility";
import { indexFacility, parseFacility } from "@anhu/core/facility";
import type { Result } from "@anhu/core/result";
import { refuse } from "@anhu/core/result";
import { RULES } from "@anhu/core/rules";
import type { Alert, AlertMessage, ClockQuality } from "@anhu/core/wire";
import { completeLines } from "./lines.ts";
import { readPoint } from "./reading.ts";
import { Replay } from "./replay.ts";

export interface DetectOptions {
  readonly facilityFile: string;
  /** UTC ms: the clock runs on to here after the last reading. */
  readonly until: number | undefined;
  readonly input: AsyncIterable<Uint8Array>;
  readonly output: Writable;
  readonly error: Writable;
}

/** Recorded readings hold no resets: the one that ends an alarm counts as its reset (docs/adr/0014-latches-and-test-mode.md). */
const UNLATCHED = RULES.map(({ latch: _latch, ...rule }) => rule);

/** The times are those of the readings. */
const CLOCK: ClockQuality = { source: "none", offset_ms: 0 };
const DONE = 0;
const FAILED = 1;
const MISUSE = 2;
const CANNOT_START = 3;

/** Resolves to the exit code: 0; 1 when a line was refused (the others count); 2 for an impossible `until`; 3 without a good facility file. */
export async function runDetect(options: DetectOptions): Promise<number> {
  const { facilityFile, until, input, output, error } = options;
  if (until !== undefined && !Number.isSafeInteger(until)) {
    await say(error, "--until takes UTC milliseconds");
    return MISUSE;
  }
  const index = await readFacility(facilityFile);
  if (!index.ok) {
    await say(error, index.error.detail);
    return CANNOT_START;
  }
  const replay = new Replay(detectionModel(index.value, UNLATCHED));
  let seq = 0;
  const tell = async (alerts: Iterable<Alert>): Promise<void> => {
    for (const alert of alerts) {
      const message: AlertMessage = { v: 1, boot: "detect", seq: ++seq, ...alert, clock: CLOCK };
      await say(output, JSON.stringify(message));
    }
  };
  let count = 0;
  let refused = 0;
  for await (const bytes of completeLines(input)) {
    count++;
    const point = readPoint(bytes, index.value);
    if (point.ok) await tell(replay.reading(point.value));
    else {
      refused++;
      await say(error, JSON.stringify({ line: count, ...point.error }));
    }
  }
  if (until !== undefined) await tell(replay.until(until));
  return refused === 0 ? DONE : FAILED;
}

/** Every mistake on a line of its own, `file:line: path: detail`. */
async function readFacility(file: string): Promise<Result<FacilityIndex>> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (thrown) {
    return refuse("unreadable", `cannot read the facility file: ${messageOf(thrown)}`);
  }
  const facility = parseFacility(text);
  if (facility.ok) return indexFacility(facility.value);
  const mistakes = facility.error.map(
    ({ line, path, reason, detail }) =>
      `${file}:${line}: ${path || "(file)"}: ${detail} [${reason}]`,
  );
  return refuse("bad_facility", mistakes.join("\n"));
}

async function say(stream: Writable, line: string): Promise<void> {
  if (!stream.write(`${line}\n`)) await once(stream, "drain");
}
