/** Builds the console beside the services: alarms are up first, and what they need of the processors goes before it. */
import { fork } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { setPriority } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export interface ConsoleBuildOptions {
  readonly logDir: string;
  /** Called with the path of the log when the console could not be built: an older one stays in place. */
  readonly failed: (log: string) => void;
}

/** Of 19, the nicest (setpriority(2)). */
const NICE = 10;

/** Starts the build, which does nothing when the console is of this source. Returns how to end it; it ends with this process too. */
export function buildConsoleBeside({ logDir, failed }: ConsoleBuildOptions): () => void {
  const path = join(logDir, "console.log");
  const log = openSync(path, "w", 0o600);
  const child = fork(fileURLToPath(import.meta.resolve("@anhu/console/build")), {
    env: {},
    stdio: ["ignore", log, log, "ipc"],
  });
  closeSync(log);
  let stopped = false;
  if (child.pid !== undefined) setPriority(child.pid, NICE);
  child.once("exit", (code) => {
    if (code !== 0 && !stopped) failed(path);
  });
  return () => {
    stopped = true;
    child.kill("SIGTERM");
  };
}
