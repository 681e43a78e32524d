import { fork } from "node:child_process";
import { AnhuError } from "@anhu/core/errors";
import type { Failure } from "@anhu/core/errors";
import { errorOf, problemText } from "../problems/index.ts";
import { setUpCentre, setUpGateway } from "../setup/index.ts";
import type { SetupOptions } from "../setup/index.ts";
import { serviceMain } from "../start/index.ts";
import { takePlaces } from "../start/lock.ts";

const SERVICES = ["broker", "ingest", "response", "edge"] as const;

export interface RunOptions extends Omit<SetupOptions, "demo" | "lan"> {
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Runs one service until it ends, and returns its exit code; its log goes to stdout, signals are passed on, and it ends with this process.
 * Throws `bad_service`, `already_running`, and what the set-up throws.
 */
export async function runService(name: string, options: RunOptions): Promise<number> {
  if (!SERVICES.some((service) => service === name)) {
    const text = `"${name}" is not a service: ${SERVICES.join(", ")}`;
    throw new AnhuError("bad_service", text, {
      fault: "caller",
      retry: false,
      about: { service: name },
    });
  }
  takePlaces(options.dataDir, [name]);
  if (name === "edge") setUpGateway(options);
  else {
    const lan = options.env["ANHU_LAN_ADDRESS"] || undefined;
    await setUpCentre({ ...options, demo: undefined, lan });
  }
  const { env } = options;
  const child = fork(serviceMain(name), { env, stdio: ["ignore", "inherit", "inherit", "ipc"] });
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
    process.on(signal, () => child.kill(signal === "SIGHUP" ? "SIGTERM" : signal));
  }
  child.on("message", (message) => {
    const { failed, ...more } = message as Partial<Failure>;
    if (failed !== undefined) console.error(problemText(errorOf({ failed, ...more }), env));
  });
  return new Promise((resolve) => {
    child.once("exit", (code) => resolve(code ?? 1));
  });
}
