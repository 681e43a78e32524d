import type { Clock } from "@anhu/core/time";
import { problemText } from "../problems/index.ts";
import { BackupError } from "./errors.ts";
import type { BackupReason } from "./errors.ts";
import { makeBackup } from "./make.ts";
import type { BackupOptions, Step } from "./make.ts";
import { restoreBackup } from "./restore.ts";
import type { RestoreOptions } from "./restore.ts";
import { wordsFor } from "./words.ts";
import type { Words } from "./words.ts";

interface Terminal {
  readonly clock: Clock;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly out: { write(text: string): unknown };
  readonly err: { write(text: string): unknown };
}

/** A step of long work is said at most so often. */
const PROGRESS_MS = 2_000;
const CHECK_FAILED = 1;
const MISUSE = 2;
const CANNOT_START = 3;
const EXIT: Partial<Record<BackupReason, number>> = {
  backup_damaged: CHECK_FAILED,
  backup_failed: CANNOT_START,
  no_pg_tools: CANNOT_START,
};

/** Resolves to the exit code: 0 done, 2 misuse, 3 it could not be made. */
export function runBackup(options: Omit<BackupOptions, "progress"> & Terminal): Promise<number> {
  return run(options, async (words, progress) =>
    words.made(options.file, await makeBackup({ ...options, progress })),
  );
}

/** Resolves to the exit code: 0 done, 1 the backup is damaged, 2 misuse, 3 it could not be done. */
export function runRestore(options: Omit<RestoreOptions, "progress"> & Terminal): Promise<number> {
  return run(options, async (words, progress) =>
    words.restored(options.dataDir, await restoreBackup({ ...options, progress })),
  );
}

async function run(
  { clock, env, out, err }: Terminal,
  work: (words: Words, progress: (step: Step) => void) => Promise<readonly string[]>,
): Promise<number> {
  const words = wordsFor(env);
  let saidAt = clock.monotonic();
  const progress = (step: Step): void => {
    if (clock.monotonic() - saidAt < PROGRESS_MS) return;
    saidAt = clock.monotonic();
    err.write(`${words.step(step)}\n`);
  };
  try {
    for (const line of await work(words, progress)) out.write(`${line}\n`);
    return 0;
  } catch (thrown) {
    if (thrown instanceof BackupError) {
      const { reason, flaw, message } = thrown;
      const detail = flaw === undefined ? message : words.flaw[flaw](message);
      err.write(`${words.refused[reason](detail)}\n`);
      return EXIT[thrown.reason] ?? MISUSE;
    }
    err.write(`${words.refused.backup_failed(problemText(thrown, env))}\n`);
    return CANNOT_START;
  }
}
