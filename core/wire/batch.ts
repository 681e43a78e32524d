/**
 * A readings batch: one header line, then line protocol with times in milliseconds (CONTRACTS.md, readings).
 *
 *   # anhu v=1 boot=b7f3 seq=42 n=2 clock=ntp offset_ms=0\n
 *   smoke,device=smoke-302,room=r302 alarm=false,test=false 1763719200123\n
 *   ...
 */
import type { Result } from "../result/index.ts";
import { ok, refuse } from "../result/index.ts";
import type { ClockQuality, ClockSource } from "./alert.ts";

/** A readings message on MQTT is at most this long, header included. */
export const MAX_BATCH_BYTES = 32 * 1024;

export interface BatchHeader {
  /** Identifies one life of the gateway's outbox: `seq` counts within it. */
  readonly boot: string;
  readonly seq: number;
  /** Lines in the body, as the line-protocol reader counts them. */
  readonly n: number;
  readonly clock: ClockQuality;
}

export interface Batch extends BatchHeader {
  readonly lines: Uint8Array | string;
}

/** Writes header and body; the body goes as it is. */
export function formatBatch({ boot, seq, n, clock, lines }: Batch): Uint8Array {
  const header = encoder.encode(
    `${MARK}v=1 boot=${boot} seq=${seq} n=${n} clock=${clock.source} offset_ms=${clock.offset_ms}\n`,
  );
  const body = typeof lines === "string" ? encoder.encode(lines) : lines;
  const batch = new Uint8Array(header.length + body.length);
  batch.set(header);
  batch.set(body, header.length);
  return batch;
}

/**
 * Reads the header; null when the bytes do not begin with one (a Telegraf's batch). `bodyOffset` is where the lines begin.
 * Unknown keys are passed over. Fails with `bad_header`, or `bad_version` for another version than 1.
 */
export function parseBatchHeader(
  bytes: Uint8Array,
): Result<BatchHeader & { readonly bodyOffset: number }> | null {
  const head = latin1.decode(bytes.subarray(0, MAX_HEADER_BYTES));
  if (!head.startsWith(MARK)) return null;
  const end = head.indexOf("\n");
  if (end < 0) return refuse("bad_header", `no line break in the first ${MAX_HEADER_BYTES} bytes`);
  const values = new Map<string, string>();
  for (const part of head.slice(MARK.length, end).trimEnd().split(" ")) {
    const [, key, value] = PART.exec(part) ?? [];
    if (key === undefined || value === undefined || values.has(key)) {
      return refuse("bad_header", `"${part}" is not a key and its value, or not the first`);
    }
    values.set(key, value);
  }
  if (values.get("v") !== "1") return refuse("bad_version", `v=${values.get("v") ?? ""}`);
  const boot = values.get("boot") ?? "";
  const seq = count(values.get("seq"));
  const n = count(values.get("n"));
  const source = values.get("clock") ?? "";
  const offset = values.get("offset_ms") ?? "";
  if (!BOOT.test(boot)) return refuse("bad_header", `boot=${boot}`);
  if (seq === null || n === null) return refuse("bad_header", "seq and n are whole numbers");
  if (!isClock(source)) return refuse("bad_header", `clock=${source}`);
  if (!OFFSET.test(offset)) return refuse("bad_header", `offset_ms=${offset}`);
  const clock = { source, offset_ms: Number(offset) };
  return ok({ boot, seq, n, clock, bodyOffset: end + 1 });
}

const MARK = "# anhu ";
const MAX_HEADER_BYTES = 512;
const PART = /^([a-z_]{1,32})=([\x21-\x7e]{1,64})$/;
const BOOT = /^[A-Za-z0-9._-]{1,64}$/;
const OFFSET = /^-?\d{1,15}(\.\d{1,9})?$/;
const encoder = new TextEncoder();
const latin1 = new TextDecoder("latin1");

function count(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : null;
}

function isClock(text: string): text is ClockSource {
  return text === "ntp" || text === "rtc" || text === "none";
}
