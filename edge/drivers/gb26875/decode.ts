/** A frame to what it says (facts.ts), its details, the answer that the protocol wants, and its key. */
import { createHash } from "node:crypto";
import { ok } from "@anhu/core/result";
import type { DecodeResult, SerialSettings } from "../driver.ts";
import type { Adu } from "./adu.ts";
import { parseAdu } from "./adu.ts";
import type { Facts } from "./facts.ts";
import { NOTHING, readFacts } from "./facts.ts";
import type { Frame } from "./frame.ts";
import { addressText, COMMAND, encodeAnswer, parseFrame } from "./frame.ts";
import { CHINA_MIN, encodeTime, parseTime } from "./time.ts";

/**
 * Decodes a whole frame. Devices are `system/address/0x0002000a` (component), `system/address` or `uitd`.
 * Uploads (2) are confirmed; what only the centre says (1, 4), answers and confirmations are not.
 * Fails with `unknown_command` (0, 7-127) or `bad_adu`; both are denied, a bad answer (5) is not: it is asked for again.
 */
export function decode(bytes: Uint8Array, settings: SerialSettings): DecodeResult {
  const frame = parseFrame(bytes);
  const { command } = frame;
  const offset = settings.utcOffsetMin ?? CHINA_MIN;
  const label = settings.nowMs === undefined ? frame.label : encodeTime(settings.nowMs, offset);
  const deny = (reason: string, detail: string): DecodeResult => ({
    ok: false,
    reason,
    detail,
    ...(command === COMMAND.answer ? {} : { answer: encodeAnswer(frame, COMMAND.deny, label) }),
  });

  if (command === 0 || (command > COMMAND.deny && command < 128)) {
    return deny("unknown_command", `command ${command} is reserved`);
  }
  const parsed = carriesObjects(frame) ? parseAdu(frame.adu, offset) : ok(null);
  if (!parsed.ok) return deny(parsed.error.reason, parsed.error.detail);
  const adu = parsed.value;
  const facts = adu === null ? NOTHING : readFacts(adu);
  return {
    ok: true,
    points: facts.points,
    signals: facts.signals,
    ...(facts.resets.length === 0 ? {} : { resets: facts.resets }),
    answer: command === COMMAND.send ? encodeAnswer(frame, COMMAND.confirm, label) : null,
    frame: describe(frame, adu, { offset, facts }),
    dedup: parseTime(frame.label, offset) === null ? null : dedupKey(frame),
  };
}

/** What stands behind a confirmation, a denial or a vendor's own command is nobody's business. */
function carriesObjects({ command, adu }: Frame): boolean {
  const { control, send, request, answer } = COMMAND;
  return adu.length > 0 && [control, send, request, answer].some((known) => known === command);
}

function describe(
  frame: Frame,
  adu: Adu | null,
  about: { offset: number; facts: Facts },
): Readonly<Record<string, unknown>> {
  const notes = [...(adu?.notes ?? [])];
  if (frame.version[0] !== 1) notes.push("version");
  return {
    serial: frame.serial,
    version: frame.version,
    sent: parseTime(frame.label, about.offset),
    source: addressText(frame.source),
    destination: addressText(frame.destination),
    command: frame.command,
    type: adu?.type ?? null,
    name: adu?.name ?? null,
    keep_alive: frame.command === COMMAND.send && (adu === null || adu.objects.length === 0),
    objects: (adu?.objects ?? []).map((object) => ({ ...object.values, at: object.at })),
    notes,
    unmapped: about.facts.unmapped,
  };
}

/**
 * A re-send keeps everything; a new message has a new serial number or a new label. A device without a clock has no
 * key: after its restart a new fire would look like the old one, and a reading stored twice is the smaller harm.
 */
function dedupKey(frame: Frame): string {
  const hash = createHash("sha256").update(frame.adu).digest("hex").slice(0, 16);
  const label = Buffer.from(frame.label).toString("hex");
  return `${addressText(frame.source)}/${frame.serial}/${label}/${frame.command}/${hash}`;
}
