import { readFileSync } from "node:fs";
import type { Clock } from "@anhu/core/time";

const PARENT_CHECK_MS = 250;

/**
 * Resolves with the reason to stop: SIGTERM, SIGINT or SIGHUP, or `npm` when the npm that started this process is gone: npm passes signals
 * on, but a killed npm cannot. `npm` is npm's own word for what it does (`npm_command`); undefined: started without npm.
 */
export function untilStopped(options: {
  readonly clock: Clock;
  readonly npm: string | undefined;
}): Promise<string> {
  const { clock, npm } = options;
  return new Promise((resolve) => {
    let cancel: () => void = () => undefined;
    const stop = (reason: string): void => {
      cancel();
      resolve(reason);
    };
    // Later ones change nothing: the stop is under way.
    for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
      process.on(signal, () => stop(signal));
    }
    if (npm === undefined) return;
    const before = npmProcess(npm);
    const watch = (): void => {
      if (npmProcess(npm) === before) cancel = clock.after(PARENT_CHECK_MS, watch);
      else stop("npm");
    };
    watch();
  });
}

/** npm is the parent of a script that begins with `exec`; `npx` (`exec`) has a shell in between. proc(5), `/proc/pid/stat`, field 4. */
function npmProcess(npm: string): number {
  if (npm !== "exec") return process.ppid;
  try {
    const stat = readFileSync(`/proc/${process.ppid}/stat`, "latin1");
    return Number(stat.slice(stat.lastIndexOf(")")).split(" ")[2]);
  } catch {
    // The parent has just ended, and with it what npm had started.
    return 0;
  }
}
