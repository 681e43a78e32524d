/** `anhu decode DRIVER [--stream]`: a piece of wire on standard input, what a gateway would read in it as JSON lines on standard output. */
import { once } from "node:events";
import type { Writable } from "node:stream";
import { MQTT_DRIVERS, SERIAL_DRIVERS } from "@anhu/edge/drivers";
import { readLines } from "./lines.ts";
import { isChinese } from "../terminal.ts";
import type { Reader } from "./readers.ts";
import { lineProtocolReader, mqttReader, serialReader } from "./readers.ts";

export interface DecodeOptions {
  readonly driver: string;
  /** Serial drivers: the lines are one stream of bytes, not independent pieces. */
  readonly stream: boolean;
  readonly input: AsyncIterable<Uint8Array | string>;
  readonly output: Writable;
  readonly error: Writable;
  /** Its locale chooses the language of what is said on `error`. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Decodes until the input ends. Resolves to the exit code: 0, or 2 for a driver that nobody knows. A refused frame is an answer, not a failure. */
export async function runDecode(options: DecodeOptions): Promise<number> {
  const { driver, input, output, error, env } = options;
  const reader = readerOf(options);
  if (reader === null) {
    const text = isChinese(env)
      ? `没有“${driver}”这个驱动：${driverNames().join("、")}`
      : `"${driver}" is not a driver: ${driverNames().join(", ")}`;
    error.write(`${text}\n`);
    return 2;
  }
  for await (const line of readLines(input)) await write(output, reader.line(line));
  await write(output, reader.end());
  return 0;
}

function readerOf({ driver, stream }: DecodeOptions): Reader | null {
  const serial = SERIAL_DRIVERS.find(({ name }) => name === driver);
  if (serial !== undefined) return serialReader(serial, { stream });
  const mqtt = MQTT_DRIVERS.find(({ name }) => name === driver);
  if (mqtt !== undefined) return mqttReader(mqtt);
  return driver === LINE_PROTOCOL ? lineProtocolReader() : null;
}

const LINE_PROTOCOL = "line-protocol";

function driverNames(): string[] {
  return [...SERIAL_DRIVERS, ...MQTT_DRIVERS].map(({ name }) => name).concat(LINE_PROTOCOL);
}

async function write(output: Writable, results: readonly object[]): Promise<void> {
  for (const result of results) {
    if (!output.write(`${JSON.stringify(result)}\n`)) await once(output, "drain");
  }
}
