/** A serial line: exclusive, flushed at the start, watched for being unplugged. */
import { statSync } from "node:fs";
import { AnhuError, messageOf } from "@anhu/core/errors";
import type { Clock } from "@anhu/core/time";
import { SerialPort } from "serialport";
import type { OpenChannel } from "./port.ts";

export interface SerialOptions {
  readonly path: string;
  readonly baud: number;
  readonly clock: Clock;
}

/** A line whose other end is gone may say so only to who asks. */
const PROBE_MS = 1_000;

/**
 * Opens 8 data bits, no parity, 1 stop bit, exclusively; what the system had buffered is thrown away, because its beginning is
 * missing. Throws `line_missing` (no such device), `line_locked` (another program has it) or `line_failed`.
 */
export function serial({ path, baud, clock }: SerialOptions): OpenChannel {
  return async (events) => {
    const port = new SerialPort({ path, baudRate: baud, autoOpen: false, lock: true });
    let over = false;
    let cancelProbe: (() => void) | null = null;
    const end = (detail: string): void => {
      if (over) return;
      over = true;
      cancelProbe?.();
      if (port.isOpen) port.close(() => {});
      events.closed(detail);
    };
    port.on("error", (error) => end(error.message));
    await open(port);
    await new Promise<void>((resolve) => port.flush(() => resolve()));
    const device = deviceOf(path);
    port.on("data", (bytes: Buffer) => {
      if (!over) events.bytes(bytes);
    });
    port.on("close", (error?: Error | null) => end(error?.message ?? "closed"));
    const probe = (): void => {
      cancelProbe = clock.after(PROBE_MS, () => {
        if (deviceOf(path) !== device) return end("the device at the path is another one or gone");
        port.get((error) => {
          // A pty has no modem lines: only that its other end is gone is news.
          if (error && !/ioctl for device/i.test(error.message)) end(error.message);
          else if (!over) probe();
        });
      });
    };
    probe();
    return {
      write(bytes) {
        if (over) return;
        port.write(Buffer.from(bytes), (error) => {
          if (error) end(error.message);
        });
      },
      close: () => end("closed by us"),
    };
  };
}

function open(port: SerialPort): Promise<void> {
  return new Promise((resolve, reject) => {
    port.open((error) => {
      if (!error) return resolve();
      const options = { fault: "environment", retry: true, cause: error } as const;
      reject(new AnhuError(codeOf(error), error.message, options));
    });
  });
}

function codeOf(error: Error): string {
  if (/lock/i.test(error.message)) return "line_locked";
  return /no such file/i.test(error.message) ? "line_missing" : "line_failed";
}

/** Which device the path leads to: a plug that was pulled and put back makes another one. */
function deviceOf(path: string): string {
  try {
    const { dev, ino, rdev } = statSync(path);
    return `${dev} ${ino} ${rdev}`;
  } catch (thrown) {
    return messageOf(thrown);
  }
}
