import type { Readable, Writable } from "node:stream";
import type { Clock } from "@anhu/core/time";
import type { Ports } from "../start/index.ts";

/** Where a command runs. */
export interface Here {
  /** Version of the program. */
  readonly version: string;
  readonly nodeVersion: string;
  /** ANHU_DATA, absolute. */
  readonly dataDir: string;
  /** Throws `bad_port`. */
  ports(): Ports;
  readonly clock: Clock;
  /** Its locale chooses the language. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly input: Readable;
  readonly out: Writable & { readonly isTTY?: boolean };
  readonly err: Writable;
  /** Called with the exit code of a command that has ended. */
  end(code: number): void;
}
