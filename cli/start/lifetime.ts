import type { Clock } from "@anhu/core/time";

const PARENT_CHECK_MS = 250;

/**
 * Resolves at SIGTERM or SIGINT, and, when `watchParent`, once the process that started this one is gone: npm passes signals on,
 * but a killed npm cannot.
 */
export function untilStopped(options: {
  readonly clock: Clock;
  readonly watchParent: boolean;
}): Promise<void> {
  return new Promise((resolve) => {
    const parent = process.ppid;
    const watch = (): void => {
      if (process.ppid !== parent) resolve();
      else options.clock.after(PARENT_CHECK_MS, watch);
    };
    for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const)
      process.once(signal, () => resolve());
    if (options.watchParent) watch();
  });
}
