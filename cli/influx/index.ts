/**
 * `anhu influx setup`: makes what a real InfluxDB needs before ingest writes to it, and says what it made and what it found. Run twice, the
 * second run finds everything. It asks only for what is missing, in this order, so that a run that was cut short is simply run again.
 */
import { readFileSync } from "node:fs";
import { AnhuError } from "@anhu/core/errors";
import type { Environment, InfluxVersion } from "@anhu/core/influx";
import { influxAccess } from "@anhu/core/influx";
import { problemText } from "../problems/index.ts";
import { columns } from "../terminal.ts";
import { RETENTION_DAYS } from "./plan.ts";
import type { Server } from "./server.ts";
import { influxServer, versionOf } from "./server.ts";
import type { Step, Wanted } from "./step.ts";
import { setUpVersion1 } from "./version-1.ts";
import { setUpVersion2 } from "./version-2.ts";
import { setUpVersion3 } from "./version-3.ts";
import type { SetupWords } from "./words.ts";
import { setupWords } from "./words.ts";

export interface InfluxSetupOptions {
  /** As typed: `400d`, `INF`; undefined: the usual, and nothing that is there is shortened. */
  readonly retention: string | undefined;
  readonly json: boolean;
  readonly env: Environment;
  readonly out: Writer;
  readonly err: Writer;
}

interface Writer {
  write(text: string): unknown;
}

const DONE = 0;
const FAILED = 1;
const MISUSE = 2;
const NOT_THERE = 3;

/** Resolves with the exit code: 0 all is there, 1 the server refuses or is of no known version, 2 misuse, 3 it does not answer. */
export async function runInfluxSetup(options: InfluxSetupOptions): Promise<number> {
  const { env, json, out, err } = options;
  const words = setupWords(env);
  try {
    const wanted = wantedOf(options.retention);
    const access = influxAccess(env, (path) => readFileSync(path, "utf8"));
    if (access === undefined) {
      err.write(`${words.unset}\n`);
      return MISUSE;
    }
    const server = influxServer(access);
    const { said, version } = await versionOf(server);
    const steps = await SET_UP[version](server, wanted);
    const known = said === "" ? String(version) : said;
    if (json) out.write(`${JSON.stringify({ ok: true, version: known, steps })}\n`);
    else out.write(`${words.title(new URL(access.url).host, known)}\n${table(steps, words)}`);
    return DONE;
  } catch (thrown) {
    if (!(thrown instanceof AnhuError)) throw thrown;
    const { code, message } = thrown;
    if (json) out.write(`${JSON.stringify({ ok: false, code, detail: message })}\n`);
    err.write(`${problemText(thrown, env)}\n`);
    return exitCode(code);
  }
}

const SET_UP: Readonly<
  Record<InfluxVersion, (server: Server, wanted: Wanted) => Promise<readonly Step[]>>
> = { 1: setUpVersion1, 2: setUpVersion2, 3: setUpVersion3 };

function exitCode(code: string): number {
  if (code === "influx_unreachable") return NOT_THERE;
  return code === "bad_config" || code === "bad_retention" ? MISUSE : FAILED;
}

function wantedOf(text: string | undefined): Wanted {
  if (text === undefined) return { days: RETENTION_DAYS, asked: false };
  if (/^inf$/i.test(text)) return { days: 0, asked: true };
  const days = Number(/^(\d{1,6})d$/.exec(text)?.[1]);
  if (days >= 1) return { days, asked: true };
  const why = `--retention is days, like 400d, or INF, not "${text}"`;
  throw new AnhuError("bad_retention", why, {
    fault: "caller",
    retry: false,
    about: { value: text },
  });
}

function table(steps: readonly Step[], words: SetupWords): string {
  const rows = steps.map(({ what, name, outcome, days, note }) => [
    words.outcome[outcome],
    words.what[what],
    name,
    [days === undefined ? "" : words.days(days), note === undefined ? "" : words.note[note]]
      .filter(Boolean)
      .join("; "),
  ]);
  const widths = [0, 1, 2].map((at) => Math.max(...rows.map((row) => columns(row[at] ?? ""))));
  return rows
    .map((row) =>
      row.map((cell, at) => cell + " ".repeat(Math.max(0, (widths[at] ?? 0) - columns(cell)))),
    )
    .map((cells) => `  ${cells.join("  ").trimEnd()}\n`)
    .join("");
}
