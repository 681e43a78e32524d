/** Frames to points, signals and the answer that the protocol wants. */
import { createHash } from "node:crypto";
import type { FieldValue, Kind, Point, Signal } from "@anhu/core/points";
import type { DecodeResult, SerialSettings } from "../driver.ts";
import type { Adu, InformationObject } from "./adu.ts";
import { parseAdu } from "./adu.ts";
import type { StateBit } from "./codes.ts";
import {
  ANALOGS,
  COMPONENT_BITS,
  componentKind,
  SYSTEM_BITS,
  SYSTEM_OPERATIONS,
  UITD_BITS,
  UITD_OPERATIONS,
} from "./codes.ts";
import type { Frame } from "./frame.ts";
import { addressText, COMMAND, encodeAnswer, parseFrame } from "./frame.ts";
import { encodeTime, parseTime } from "./time.ts";

/** The UITD itself, as a device. */
export const UITD = "uitd";

/** UTC+08:00: the time of labels unless the line says otherwise. */
export const CHINA_MIN = 480;

/**
 * Decodes a whole frame. Devices are `system/address/0x0002000a` (component), `system/address` or `uitd`.
 * Uploads (2) are confirmed; what only the centre says (1, 4), answers and confirmations are not.
 * Fails with `unknown_command` (0, 7-127) or `bad_adu`, both denied.
 *
 * A set bit is an active signal; a state that says nothing but "normal" is one inactive `fire`. Bit 0 clear means
 * test, and real panels send real fires so: it is shown beside the fire and never suppresses it (figures 6, 7, 13).
 */
export function decode(bytes: Uint8Array, settings: SerialSettings): DecodeResult {
  const frame = parseFrame(bytes);
  const offset = settings.utcOffsetMin ?? CHINA_MIN;
  const label = settings.nowMs === undefined ? frame.label : encodeTime(settings.nowMs, offset);
  const deny = (reason: string, detail: string): DecodeResult => ({
    ok: false,
    reason,
    detail,
    answer: encodeAnswer(frame, COMMAND.deny, label),
  });

  if (frame.command === 0 || (frame.command > COMMAND.deny && frame.command < 128)) {
    return deny("unknown_command", `command ${frame.command} is reserved`);
  }
  const adu = frame.adu.length === 0 ? null : parseAdu(frame.adu, offset);
  if (adu?.ok === false) return deny(adu.error.reason, adu.error.detail);

  const facts = adu === null ? NOTHING : readAdu(adu.value);
  return {
    ok: true,
    points: facts.points,
    signals: facts.signals,
    answer: frame.command === COMMAND.send ? encodeAnswer(frame, COMMAND.confirm, label) : null,
    frame: describe(frame, adu === null ? null : adu.value, { offset, facts }),
    dedup: parseTime(frame.label, offset) === null ? null : dedupKey(frame),
  };
}

interface Facts {
  readonly points: readonly Point[];
  readonly signals: readonly Signal[];
  /** What no kind has a field for, one note each. */
  readonly unmapped: readonly string[];
}

const NOTHING: Facts = { points: [], signals: [], unmapped: [] };

function readAdu(adu: Adu): Facts {
  const read = READERS.get(adu.type);
  if (read === undefined) return NOTHING;
  const facts = adu.objects.map((object) => read(object));
  return {
    points: facts.flatMap((fact) => fact.points),
    signals: facts.flatMap((fact) => fact.signals),
    unmapped: facts.flatMap((fact) => fact.unmapped),
  };
}

const READERS: ReadonlyMap<number, (object: InformationObject) => Facts> = new Map([
  [1, systemState],
  [2, componentState],
  [3, analog],
  [4, (object: InformationObject) => operation(object, systemOf(object))],
  [21, uitdState],
  [24, (object: InformationObject) => operation(object, UITD)],
]);

function systemState(object: InformationObject): Facts {
  const device = systemOf(object);
  const state = numberOf(object, "state");
  const fields = { normal: (state & 1) === 1, ...bitFields(state, SYSTEM_BITS) };
  return {
    points: [point("fire_panel", device, fields, object.at)],
    signals: stateSignals(state, SYSTEM_BITS, { device, object }),
    unmapped: [],
  };
}

function componentState(object: InformationObject): Facts {
  const device = componentOf(object);
  const state = numberOf(object, "state");
  const normal = (state & 1) === 1;
  const bits = bitFields(state, COMPONENT_BITS);
  const kind = componentKind(numberOf(object, "component"));
  const alarm = bits["fire"] === true;
  const fault = bits["fault"] === true || bits["mains_fault"] === true;
  const points = [
    point("fire_panel", device, { normal, ...bits }, object.at),
    point("device", device, { fault }, object.at),
  ];
  if (kind !== null) {
    const tested = kind === "smoke" || kind === "heat" || kind === "call_point";
    points.unshift(point(kind, device, tested ? { alarm, test: !normal } : { alarm }, object.at));
  }
  const signals = stateSignals(state, COMPONENT_BITS, { device, object });
  return { points, signals, unmapped: [] };
}

/** The device behind the line is not told apart from the line: a broken channel or panel line is a fault of the UITD too. */
function uitdState(object: InformationObject): Facts {
  const state = numberOf(object, "state");
  const { channel_fault, line_fault, ...bits } = bitFields(state, UITD_BITS);
  const fault = [bits["fault"], channel_fault, line_fault].includes(true);
  const fields = { normal: (state & 1) === 1, ...bits, fault };
  return {
    points: [point("fire_panel", UITD, fields, object.at)],
    signals: stateSignals(state, UITD_BITS, { device: UITD, object }),
    unmapped: [],
  };
}

function analog(object: InformationObject): Facts {
  const type = numberOf(object, "analog");
  const raw = numberOf(object, "value");
  const spec = ANALOGS.get(type);
  if (spec === undefined) return unmapped(`analog type ${type}: ${raw}`);
  const { quantity, range, field } = spec;
  if (raw < range[0] || raw > range[1]) return unmapped(`${quantity}: ${raw} is out of range`);
  const kind = spec.kind(numberOf(object, "component"));
  if (kind === null) return unmapped(`${quantity}: ${raw}`);
  const fields = { [field]: (raw * spec.times) / spec.per };
  return { ...NOTHING, points: [point(kind, componentOf(object), fields, object.at)] };
}

function unmapped(note: string): Facts {
  return { ...NOTHING, unmapped: [note] };
}

/** The manual alarm button of a panel or UITD is a call point; reset and "alarm cleared" let it go. */
function operation(object: InformationObject, device: string): Facts {
  const words = operationsOf(object, device);
  const active = words.includes("manual_alarm");
  if (!active && !words.includes("reset") && !words.includes("alarm_cleared")) return NOTHING;
  const test = words.includes("test");
  const text = `${words.join(", ")} (operator ${numberOf(object, "operator")})`;
  return {
    points: [point("call_point", device, { alarm: active, test }, object.at)],
    signals: [{ class: "alarm", type: "call_point", device, active, test, at: object.at, text }],
    unmapped: [],
  };
}

function operationsOf(object: InformationObject, device: string): string[] {
  const flags = numberOf(object, "operation");
  const words = device === UITD ? UITD_OPERATIONS : SYSTEM_OPERATIONS;
  return words.filter((_, bit) => ((flags >> bit) & 1) === 1);
}

function bitFields(state: number, bits: readonly StateBit[]): Record<string, boolean> {
  return Object.fromEntries(bits.map(({ bit, word }) => [word, ((state >> bit) & 1) === 1]));
}

function stateSignals(
  state: number,
  bits: readonly StateBit[],
  about: { device: string; object: InformationObject },
): Signal[] {
  const { device, object } = about;
  const test = (state & 1) === 0;
  const text = object.values["text"];
  const rest = {
    device,
    test,
    at: object.at,
    ...(typeof text === "string" && text !== "" ? { text } : {}),
  };
  const active = bits
    .filter(({ bit }) => ((state >> bit) & 1) === 1)
    .map(({ word, class: of }): Signal => ({ class: of, type: word, active: true, ...rest }));
  if (active.length > 0 || test) return active;
  return [{ class: "alarm", type: "fire", active: false, ...rest }];
}

function point(
  kind: Kind,
  device: string,
  fields: Record<string, FieldValue>,
  at: number | null,
): Point {
  return { kind, device, fields: at === null ? fields : { ...fields, device_time_ms: at }, at };
}

function systemOf(object: InformationObject): string {
  return `${numberOf(object, "system")}/${numberOf(object, "system_address")}`;
}

function componentOf(object: InformationObject): string {
  return `${systemOf(object)}/${hex(numberOf(object, "component_address"), 8)}`;
}

function numberOf(object: InformationObject, name: string): number {
  const value = object.values[name];
  return typeof value === "number" ? value : 0;
}

function hex(value: number, digits: number): string {
  return `0x${value.toString(16).padStart(digits, "0")}`;
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
    type: adu === null ? null : adu.type,
    name: adu === null ? null : adu.name,
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
