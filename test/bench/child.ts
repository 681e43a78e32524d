import { fork } from "node:child_process";
import { once } from "node:events";

/** A process of the bench's own that is asked one thing at a time. */
export interface Child {
  readonly pid: number;
  /** Asks and waits for the answer. Rejects when the process ends first, with what it said. */
  ask<Answer>(question: object): Promise<Answer>;
  stop(): Promise<void>;
}

export interface ChildOptions {
  readonly main: URL;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Waits for the service's `{"ready": true}`. */
  readonly ready: boolean;
}

const STOP_MS = 5_000;

/** Starts a process that ends with this one, because it ends when its channel closes. */
export async function startChild(options: ChildOptions): Promise<Child> {
  const child = fork(options.main, [...(options.args ?? [])], {
    env: { PATH: process.env["PATH"], ...options.env },
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    serialization: "advanced",
  });
  const ended = once(child, "exit").then(([code]) => {
    throw new Error(`${options.main.pathname} ended with ${String(code)}`);
  });
  ended.catch(() => {
    // Whoever asks learns of it.
  });
  const answer = <Answer>(): Promise<Answer> =>
    Promise.race([once(child, "message").then(([message]) => message as Answer), ended]);
  if (options.ready) {
    const { failed } = await answer<{ failed?: string }>();
    if (failed !== undefined) throw new Error(failed);
  }
  return {
    pid: child.pid ?? 0,
    ask(question) {
      const answered = answer<never>();
      child.send(question);
      return answered;
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const timer = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
      child.kill("SIGTERM");
      await ended.catch(() => undefined);
      clearTimeout(timer);
    },
  };
}

/** The other end: answers each question; ends when the parent is gone. */
export function serveParent(answer: (question: unknown) => Promise<object>): void {
  process.once("disconnect", () => process.exit(0));
  process.on("message", (question) => {
    void answer(question).then((said) => process.connected && process.send?.(said));
  });
}
