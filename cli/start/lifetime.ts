import { readFileSync } from "node:fs";
import type { Clock } from "@anhu/core/time";

const PARENT_CHECK_MS = 250;

/**
 * Resolves at SIGTERM, SIGINT or SIGHUP, and, when `watchParents`, once one of the two processes above is gone: npm passes signals on, but
 * a killed npm cannot; `npx` has a shell in between.
 */
export function untilStopped(options: {
  readonly clock: Clock;
  readonly watchParents: boolean;
}): Promise<void> {
  return new Promise((resolve) => {
    const before = parents();
    const watch = (): void => {
      if (parents() !== before) resolve();
      else options.clock.after(PARENT_CHECK_MS, watch);
    };
    for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
      process.once(signal, () => resolve());
    }
    if (options.watchParents) watch();
  });
}

/** The pids of parent and grandparent; proc(5), `/proc/pid/stat`, field 4. The parent alone where there is no /proc. */
function parents(): string {
  try {
    const stat = readFileSync(`/proc/${process.ppid}/stat`, "latin1");
    return `${process.ppid} ${stat.slice(stat.lastIndexOf(")")).split(" ")[2]}`;
  } catch {
    return String(process.ppid);
  }
}
