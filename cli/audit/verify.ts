/**
 * `anhu audit verify FILE`: reads an exported log once, line by line, and names the first entry of each facility that is not as it was
 * written. A line is `{"seq","entry","leaf"}`, as the API gives it, or an entry itself.
 */
import { createReadStream } from "node:fs";
import { openLedgerCheck } from "@anhu/core/ledger";
import type { LedgerCheck, LedgerHead } from "@anhu/core/ledger";
import type { Clock } from "@anhu/core/time";
import { readLines } from "../decode/lines.ts";
import { problemText } from "../problems/index.ts";
import { wordsFor } from "./words.ts";

export interface VerifyOptions {
  readonly file: string;
  /** What the reader knows of a facility's last entry, `FACILITY/SEQ/LEAF` each. */
  readonly heads: readonly string[];
  readonly clock: Clock;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly out: { write(text: string): unknown };
  readonly err: { write(text: string): unknown };
}

const FOUND = 1;
const MISUSE = 2;
const PROGRESS_MS = 5_000;
/** Facilities in one file. Beyond it the file is none of ours. */
const FACILITIES = 10_000;
/** Lines before the first that names a facility. Beyond it the file is none of ours. */
const UNNAMED = 1_000;

/** Resolves to the exit code: 0 every log is intact, 1 one is not, 2 no log could be read. */
export async function runVerify(options: VerifyOptions): Promise<number> {
  const { file, clock, out, err } = options;
  const words = wordsFor(options.env);
  const heads = options.heads.map(headOf);
  const wrong = heads.findIndex((head) => head === null);
  if (wrong >= 0) {
    err.write(`${words.badHead(options.heads[wrong] ?? "")}\n`);
    return MISUSE;
  }
  const logs = new Logs(heads.filter((head) => head !== null));
  let saidAt = clock.monotonic();
  try {
    for await (const line of readLines(createReadStream(file))) {
      if (!logs.take(line)) {
        err.write(`${words.noLog(file)}\n`);
        return MISUSE;
      }
      if (clock.monotonic() - saidAt < PROGRESS_MS) continue;
      saidAt = clock.monotonic();
      err.write(`${words.progress(logs.lines)}\n`);
    }
  } catch (thrown) {
    // The system's own sentence names the file once more.
    const why = problemText(thrown, options.env).replace(/(?:：|, open ').*$/, "");
    err.write(`${words.unreadable(file, why)}\n`);
    return MISUSE;
  }
  const verdicts = logs.end();
  if (verdicts.length === 0) {
    err.write(`${words.noLog(file)}\n`);
    return MISUSE;
  }
  for (const [facility, verdict] of verdicts) out.write(`${words.verdict(facility, verdict)}\n`);
  const broken = verdicts.filter(([, { finding }]) => finding !== null).length;
  out.write(`${broken === 0 ? words.allIntact(verdicts.length) : words.notIntact(broken)}\n`);
  return broken === 0 ? 0 : FOUND;
}

/** The logs of one file: each facility's is verified by itself, whatever the order of the lines between them. */
class Logs {
  lines = 0;
  readonly #checks = new Map<string, LedgerCheck>();
  readonly #heads: ReadonlyMap<string, LedgerHead>;
  /** A line that names no facility is counted to the log that it stands in, at the beginning to the first. */
  #current = "";
  #first: Exported | null = null;

  constructor(heads: readonly (LedgerHead & { readonly facility: string })[]) {
    this.#heads = new Map(heads.map(({ facility, ...head }) => [facility, head]));
    // A log that is missing altogether is missing from its first entry on.
    for (const facility of this.#heads.keys()) this.#checkOf(facility);
  }

  /** False: the file names too many facilities, or none for too long. */
  take(line: Buffer | null): boolean {
    if (line?.length === 0) return true;
    this.lines += 1;
    const one = exported(textOf(line));
    this.#current = facilityOf(one.entry) ?? this.#current;
    if (this.#current === "") {
      this.#first ??= one;
      return this.lines <= UNNAMED;
    }
    if (this.#checks.size >= FACILITIES) return false;
    const check = this.#checkOf(this.#current);
    if (this.#first !== null) check.take(this.#first.entry, this.#first.leaf);
    this.#first = null;
    check.take(one.entry, one.leaf);
    return true;
  }

  end() {
    return [...this.#checks].map(([facility, check]) => [facility, check.end()] as const);
  }

  #checkOf(facility: string): LedgerCheck {
    const known = this.#checks.get(facility);
    if (known !== undefined) return known;
    const check = openLedgerCheck(this.#heads.get(facility));
    this.#checks.set(facility, check);
    return check;
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Bytes that are not UTF-8, and a line without end, are no entry of ours: an empty text is none either. */
function textOf(line: Buffer | null): string {
  try {
    return line === null ? "" : utf8.decode(line);
  } catch (thrown) {
    if (thrown instanceof TypeError) return "";
    throw thrown;
  }
}

interface Exported {
  readonly entry: string;
  readonly leaf?: string;
}

/** Entry and leaf of a line of an export; any other line is the entry itself. */
function exported(line: string): Exported {
  const value = parsed(line);
  if (typeof value !== "object" || value === null || !("entry" in value)) return { entry: line };
  const { seq, entry, leaf } = value as Record<string, unknown>;
  if (typeof entry !== "string" || typeof leaf !== "string") return { entry: line };
  const own = parsed(entry);
  const same = typeof own === "object" && own !== null && (own as { seq?: unknown }).seq === seq;
  // A line that numbers its entry otherwise than the entry itself is believed in nothing.
  return same ? { entry, leaf } : { entry: line };
}

function facilityOf(entry: string): string | undefined {
  const value = parsed(entry);
  if (typeof value !== "object" || value === null || !("facility" in value)) return undefined;
  return typeof value.facility === "string" ? value.facility : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return undefined;
    throw thrown;
  }
}

function headOf(text: string): (LedgerHead & { readonly facility: string }) | null {
  const [, facility, seq, leaf] = /^([^/]+)\/([1-9]\d{0,15})\/([0-9a-f]{64})$/.exec(text) ?? [];
  if (facility === undefined || leaf === undefined) return null;
  return { facility, seq: Number(seq), leaf };
}
