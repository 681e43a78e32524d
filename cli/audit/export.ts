/** `anhu audit export FACILITY [--out FILE]`: a facility's whole log from the running system, one `{"seq","entry","leaf"}` a line. */
import { createWriteStream, existsSync, renameSync, rmSync } from "node:fs";
import type { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Clock } from "@anhu/core/time";
import { apiOf, whyNot } from "../api.ts";
import type { Api } from "../api.ts";
import { wordsFor } from "./words.ts";

export interface ExportOptions {
  readonly facility: string;
  /** undefined: standard output. */
  readonly file: string | undefined;
  readonly dataDir: string;
  readonly httpPort: number;
  readonly clock: Clock;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly out: Writable;
  readonly err: { write(text: string): unknown };
}

const NOT_WHOLE = 1;
const CANNOT_START = 3;
const PAGE = 1_000;
const PROGRESS_MS = 5_000;

interface Entry {
  readonly seq: number;
  readonly entry: string;
  readonly leaf: string;
}

interface Page {
  readonly items: readonly Entry[];
  readonly size: number;
}

/** How far an export has come. */
interface Reached {
  last?: Entry;
  /** How many entries the log has, by its head. */
  size: number;
}

/**
 * Resolves to the exit code: 0 done, 1 there is no such log, or entries of it are gone, 3 the system does not answer or the file cannot be
 * written.
 */
export async function runExport(options: ExportOptions): Promise<number> {
  const { facility, file, out, err } = options;
  const words = wordsFor(options.env);
  const reached: Reached = { size: 0 };
  const entries = entriesOf(apiOf(options), options, reached);
  const isThere = file !== undefined && existsSync(file);
  try {
    if (file === undefined) await pipeline(text(entries, reached), out, { end: false });
    else {
      await pipeline(text(entries, reached), createWriteStream(`${file}.part`, { mode: 0o600 }));
      renameSync(`${file}.part`, file);
    }
  } catch (thrown) {
    if (file !== undefined) rmSync(`${file}.part`, { force: true });
    err.write(`${words.notExported(whyNot(thrown, options))}\n`);
    return CANNOT_START;
  }
  if (file !== undefined) err.write(`${isThere ? words.replaced(file) : words.written(file)}\n`);
  const { last, size } = reached;
  if (last === undefined) {
    err.write(`${words.noEntries(facility)}\n`);
    return NOT_WHOLE;
  }
  err.write(`${words.exported(last.seq, `${facility}/${last.seq}/${last.leaf}`)}\n`);
  if (last.seq >= size) return 0;
  err.write(`${words.cutOff(last.seq, size)}\n`);
  return NOT_WHOLE;
}

async function* text(pages: AsyncIterable<readonly Entry[]>, reached: Reached) {
  for await (const entries of pages) {
    for (const { seq, entry, leaf } of entries) yield `${JSON.stringify({ seq, entry, leaf })}\n`;
    const last = entries.at(-1);
    if (last !== undefined) reached.last = last;
  }
}

/** What the log held when the export began, page by page. */
async function* entriesOf(
  api: Api,
  options: ExportOptions,
  reached: Reached,
): AsyncGenerator<readonly Entry[]> {
  const { facility, clock, err } = options;
  const words = wordsFor(options.env);
  const path = `/api/v1/ledger/${encodeURIComponent(facility)}`;
  let saidAt = clock.monotonic();
  for (let from = 1, end = Infinity; from <= end;) {
    const page = (await api.get(`${path}?from=${from}&limit=${PAGE}`)) as Page;
    end = Math.min(end, page.size);
    reached.size = end;
    if (page.items.length === 0) return;
    yield page.items;
    from = (page.items.at(-1)?.seq ?? end) + 1;
    if (clock.monotonic() - saidAt < PROGRESS_MS) continue;
    saidAt = clock.monotonic();
    err.write(`${words.exporting(from - 1, end)}\n`);
  }
}
