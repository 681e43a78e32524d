import { existsSync } from "node:fs";
import type { Clock } from "@anhu/core/time";

/** systemd-timesyncd makes this file at its first good answer (systemd-timesyncd.service(8)). */
const SYNCHRONIZED_FILE = "/run/systemd/timesync/synchronized";
const LOOK_EVERY_MS = 10_000;

/** Says whether NTP disciplines the machine's clock; looks at the disk at most every 10 s. */
export function ntpSynchronized(clock: Clock, file: string = SYNCHRONIZED_FILE): () => boolean {
  let lookedAt = -Infinity;
  let answer = false;
  return () => {
    if (clock.monotonic() - lookedAt >= LOOK_EVERY_MS) {
      lookedAt = clock.monotonic();
      answer = existsSync(file);
    }
    return answer;
  };
}
