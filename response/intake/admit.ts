/** From the bytes of an alert to what is recorded: the alert, or why it is refused for good. Pure. */
import { createHash } from "node:crypto";
import { parseAlert } from "@anhu/core/wire";
import type { AlertMessage, GatewayAddress } from "@anhu/core/wire";
import type { Result } from "@anhu/core/result";
import { ok, refuse } from "@anhu/core/result";
import type { Envelope, Intake } from "../store/intake.ts";

const LETTER_CHARACTERS = 16_384;

/**
 * Refuses with `bad_json`, `bad_shape`, `bad_text` (control characters, lone surrogates), `bad_time` (no whole millisecond) and
 * `foreign_facility` (the alert is not of the facility that the topic, and so the identity, allows).
 * A refused message whose boot and seq cannot be read is not answered: its gateway sends it again, and it is kept once.
 */
export function admit(address: GatewayAddress, payload: Uint8Array): Intake {
  const parsed = parseAlert(payload);
  const checked = parsed.ok ? check(address, parsed.value) : parsed;
  if (checked.ok) {
    const { boot, seq } = checked.value;
    const actor = `gateway:${address.gateway}`;
    return { type: "alert", address, message: checked.value, actor, ack: { boot, seq } };
  }
  return {
    type: "refused",
    address,
    code: checked.error.reason,
    detail: checked.error.detail,
    digest: createHash("sha256").update(payload).digest("hex"),
    payload: textOf(payload),
    ack: envelopeOf(payload),
  };
}

function check(address: GatewayAddress, message: AlertMessage): Result<AlertMessage> {
  const { facility } = address;
  const { device, room, resident = "" } = message.subject;
  const texts = [message.id, message.event, message.rule, message.boot, device, room, resident];
  if (texts.some((text) => /[\p{Cc}\p{Cs}]/u.test(text))) {
    return refuse("bad_text", "control characters in an id");
  }
  if (![message.at, message.onset, message.seq].every(Number.isSafeInteger)) {
    return refuse("bad_time", "at, onset and seq are whole numbers");
  }
  if (!message.id.startsWith(`${facility}/`)) {
    return refuse("foreign_facility", `alert ${message.id} on a topic of ${facility}`);
  }
  return ok({ ...message, event: eventOf(facility, message.event) });
}

/** Events become ids of incidents over all facilities: one that does not name its facility in front gets it. */
function eventOf(facility: string, event: string): string {
  const own = event.startsWith(`${facility}.`) || event.startsWith(`${facility}/`);
  return own ? event : `${facility}/${event}`;
}

/** What an answer must name, when the payload lets it be read. */
function envelopeOf(payload: Uint8Array): Envelope | null {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(payload));
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return null;
    throw thrown;
  }
  if (typeof value !== "object" || value === null) return null;
  const { boot, seq } = value as Partial<Record<string, unknown>>;
  if (typeof boot !== "string" || !/^[\x20-\x7e]{1,64}$/.test(boot)) return null;
  if (typeof seq !== "number" || !Number.isSafeInteger(seq) || seq < 0) return null;
  return { boot, seq };
}

function textOf(payload: Uint8Array): string {
  const text = new TextDecoder().decode(payload).replaceAll("\0", "\ufffd");
  return text.slice(0, LETTER_CHARACTERS).toWellFormed();
}
