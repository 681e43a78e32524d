/**
 * `anhu detect --facility FILE [--until MS] [--latch]`: line protocol (times: UTC ms) -> alerts, one JSON object per line (CONTRACTS.md, alerts).
 *
 *   stdin -> complete lines -> points -> Replay (core/detection on the readings' own clock) -> stdout
 *                    \\-- refused: {"line","reason","detail"} on stderr, exit code 1
 */
import { readFile } from "node:fs/promises";
import { once } from "node:events";
import type { Writable } from "node:stream";
import { detectionModel } from "@anhu/core/detection";
import { AnhuError, messageOf } from "@anhu/core/errors";
import type { FacilityIndex } from "@anhu/core/facility";
import { indexFacility, parseFacility } from "@anhu/core/facility";
import { RULES } from "@anhu/core/rules";
import type { Alert, AlertMessage, ClockQuality } from "@anhu/core/wire";
import { mistakesOf, problemText } from "../problems/index.ts";
import { isChinese } from "../terminal.ts";
import { completeLines } from "./lines.ts";
import { readPoint } from "./reading.ts";
import { Replay } from "./replay.ts";

export interface DetectOptions {
  readonly facilityFile: string;
  /** UTC ms: the clock runs on to here after the last reading. */
  readonly until: number | undefined;
  /** Life alarms stay, as in a gateway until somebody resets them; else the reading that ends one counts as its reset. */
  readonly latch: boolean;
  /** Its locale chooses the language of what is said on `error`. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly input: AsyncIterable<Uint8Array>;
  readonly output: Writable;
  readonly error: Writable;
}

/** Recorded readings hold no resets, so that a life alarm would never end (docs/adr/0014-latches-and-test-mode.md). */
const UNLATCHED = RULES.map(({ latch: _latch, ...rule }) => rule);

/** The times are those of the readings. */
const CLOCK: ClockQuality = { source: "none", offset_ms: 0 };
const DONE = 0;
const FAILED = 1;
const MISUSE = 2;
const CANNOT_START = 3;

/** Resolves to the exit code: 0; 1 when a line was refused (the others count); 2 for an impossible `until`; 3 without a good facility file. */
export async function runDetect(options: DetectOptions): Promise<number> {
  const { facilityFile, until, latch, input, output, error, env } = options;
  if (until !== undefined && !Number.isSafeInteger(until)) {
    await say(error, isChinese(env) ? BAD_UNTIL.zh : BAD_UNTIL.en);
    return MISUSE;
  }
  let index: FacilityIndex;
  try {
    index = await readFacility(facilityFile);
  } catch (thrown) {
    await say(error, problemText(thrown, env));
    return CANNOT_START;
  }
  const replay = new Replay(detectionModel(index, latch ? RULES : UNLATCHED));
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
    const point = readPoint(bytes, index);
    if (point.ok) await tell(replay.reading(point.value));
    else {
      refused++;
      await say(error, JSON.stringify({ line: count, ...point.error }));
    }
  }
  if (until !== undefined) await tell(replay.until(until));
  return refused === 0 ? DONE : FAILED;
}

const BAD_UNTIL = {
  zh: "--until 应为 UTC 毫秒数",
  en: "--until takes UTC milliseconds",
};

/** Throws `unreadable`, or `bad_facility` with every mistake on a line of its own, `file:line: path: detail`. */
async function readFacility(file: string): Promise<FacilityIndex> {
  const caller = { fault: "caller", retry: false } as const;
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (cause) {
    const why = `cannot read the facility file: ${messageOf(cause)}`;
    throw new AnhuError("unreadable", why, { ...caller, cause, about: { path: file } });
  }
  const facility = parseFacility(text);
  if (!facility.ok) {
    const mistakes = facility.error.map(
      ({ line, path, reason, detail }) =>
        `${file}:${line}: ${path || "(file)"}: ${detail} [${reason}]`,
    );
    const about = mistakesOf(file, facility.error);
    throw new AnhuError("bad_facility", mistakes.join("\n"), { ...caller, about });
  }
  const index = indexFacility(facility.value);
  if (index.ok) return index.value;
  throw new AnhuError("bad_facility", index.error.detail, { ...caller, about: { path: file } });
}

async function say(stream: Writable, line: string): Promise<void> {
  if (!stream.write(`${line}\n`)) await once(stream, "drain");
}
