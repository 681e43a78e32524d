/**
 * One process tree: the supervisor starts the services, restarts what dies, and ends them.
 *
 *   npm start -> supervisor -+- broker, then ingest, response, gateway, simulator
 *
 * A service says `{ready:true}` on its IPC channel when it is up and exits by itself when the channel closes,
 * so that nothing outlives a supervisor, however it died.
 */
import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { closeSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { AnhuError } from "@anhu/core/errors";
import type { Facts, Failure } from "@anhu/core/errors";
import type { Clock } from "@anhu/core/time";
import { factsOf, problemText } from "../problems/index.ts";
import { openServiceLog } from "./logs.ts";
import type { ServiceLog } from "./logs.ts";
import { startWords } from "./words.ts";

export interface ServiceSpec {
  readonly name: string;
  /** The file that runs it. */
  readonly main: string;
  /** Its whole environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface SupervisorOptions {
  /** The first is started alone, then the others together; it ends last. */
  readonly services: readonly ServiceSpec[];
  /** Health reports of every service are passed on to this one, which serves them. */
  readonly healthTo: string;
  readonly logDir: string;
  readonly clock: Clock;
  /** Called with a sentence when a service died or could not be started again. */
  readonly tell: (sentence: string) => void;
  /** Its locale chooses the language of what is told. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface Supervisor {
  /** Ends every service; resolves when none runs. */
  stop(): Promise<void>;
  pids(): Readonly<Record<string, number>>;
}

/** A service that has not said that it is ready by then has failed to start. */
const READY_WITHIN_MS = 30_000;
const STOP_WITHIN_MS = 8_000;
const RESTART_FIRST_MS = 500;
const RESTART_MOST_MS = 15_000;
/**
 * Starts the services and keeps them running.
 * Throws `service_failed` (or the service's own `port_taken`) when one does not come up the first time; nothing runs then.
 */
export async function supervise(options: SupervisorOptions): Promise<Supervisor> {
  mkdirSync(options.logDir, { recursive: true, mode: 0o700 });
  const services = options.services.map((spec) => new Service(spec, options));
  const keeper = services.find((service) => service.spec.name === options.healthTo);
  for (const service of services) service.onHealth = (message) => keeper?.send(message);
  // Everybody speaks through the first one, the broker; the others find each other in any order.
  const [first, ...others] = services;
  const stop = async (): Promise<void> => {
    for (const service of services) service.expectEnd();
    await Promise.all(others.map((service) => service.stop()));
    await first?.stop();
    await Promise.all(services.map((service) => service.closeLog()));
  };
  try {
    await first?.start();
    await Promise.all(others.map((service) => service.start()));
  } catch (thrown) {
    await stop();
    throw thrown;
  }
  return {
    stop,
    pids: () => Object.fromEntries(services.map((service) => [service.spec.name, service.pid])),
  };
}

class Service {
  readonly spec: ServiceSpec;
  onHealth: (message: object) => void = () => undefined;
  readonly #options: SupervisorOptions;
  #child: ChildProcess | undefined;
  #stopping = false;
  /** It was up once: when it dies, it is started again. */
  #wasReady = false;
  #delayMs = RESTART_FIRST_MS;
  #cancelRestart: () => void = () => undefined;
  readonly #log: ServiceLog;

  constructor(spec: ServiceSpec, options: SupervisorOptions) {
    this.spec = spec;
    this.#options = options;
    const { logDir: folder, clock, tell, env } = options;
    this.#log = openServiceLog({ folder, name: spec.name, clock, tell, env });
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  send(message: object): void {
    if (this.#child?.connected === true) this.#child.send(message);
  }

  /** Resolves when the service is ready; rejects when it ends or stays silent before that. */
  start(): Promise<void> {
    const output = this.#log.open();
    const child = fork(this.spec.main, {
      env: this.spec.env,
      stdio: ["ignore", output, output, "ipc"],
    });
    closeSync(output);
    this.#child = child;
    return new Promise((resolve, reject) => {
      const cancel = this.#options.clock.after(READY_WITHIN_MS, () => {
        child.kill("SIGKILL");
        const text = `${this.spec.name} was not ready within ${READY_WITHIN_MS / 1000} s`;
        reject(this.#failure(text, {}));
      });
      let failure: Failure | undefined;
      child.on("message", (message) => {
        const said = message as Partial<Failure> & { ready?: boolean; type?: string };
        if (said.failed !== undefined) failure = said as Failure;
        if (said.type === "health") this.onHealth(said);
        if (said.ready !== true) return;
        cancel();
        this.#delayMs = RESTART_FIRST_MS;
        this.#wasReady = true;
        resolve();
      });
      child.once("exit", (code, signal) => {
        cancel();
        const how = signal ?? startWords(this.#options.env).exitCode(code);
        const text = `${this.spec.name} ended with ${how} before it was ready`;
        reject(
          failure === undefined
            ? this.#failure(text, { how })
            : this.#failure(failure.failed, factsOf(failure)),
        );
        this.#ended(how);
      });
    });
  }

  /** From now on it does not start again: a signal to the whole process group may end it before its turn. */
  expectEnd(): void {
    this.#stopping = true;
    this.#cancelRestart();
  }

  async stop(): Promise<void> {
    this.expectEnd();
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    await new Promise<void>((resolve) => {
      const cancel = this.#options.clock.after(STOP_WITHIN_MS, () => child.kill("SIGKILL"));
      child.once("exit", () => {
        cancel();
        resolve();
      });
      child.kill("SIGTERM");
    });
  }

  /** After its end. */
  closeLog(): Promise<void> {
    return this.#log.close();
  }

  #ended(how: string): void {
    this.#child = undefined;
    if (this.#stopping || !this.#wasReady) return;
    const delayMs = this.#delayMs;
    this.#delayMs = Math.min(delayMs * 2, RESTART_MOST_MS);
    const { tell, env } = this.#options;
    tell(startWords(env).startsAgain(this.spec.name, how, delayMs));
    this.#cancelRestart = this.#options.clock.after(delayMs, () => {
      this.start().catch((thrown: unknown) => tell(problemText(thrown, env)));
    });
  }

  #failure(text: string, facts: Facts): AnhuError {
    const log = join(this.#options.logDir, `${this.spec.name}.log`);
    return new AnhuError("service_failed", `${text} (log: ${log})`, {
      fault: "environment",
      retry: false,
      about: { ...facts, service: this.spec.name, log },
    });
  }
}
