/** The centre's commands (types 61-91): what each is called, what it carries and how it is answered. */
import type { Result } from "@anhu/core/result";
import { ok, refuse } from "@anhu/core/result";
import { COMMAND } from "./frame.ts";
import { encodeTime } from "./time.ts";

export interface Order {
  readonly command: typeof COMMAND.control | typeof COMMAND.request;
  readonly adu: Uint8Array;
}

type Form = "u8" | "u32" | "time";

interface Verb {
  readonly type: number;
  readonly command: Order["command"];
  readonly args: readonly Form[];
}

const system: readonly Form[] = ["u8", "u8"];
const component: readonly Form[] = ["u8", "u8", "u32"];
const { control, request } = COMMAND;

/**
 * Arguments in order: system type and address; component address (uint32); number of records (1-102) and their start
 * (UTC ms); the clock's time (UTC ms); minutes until a duty check must be answered.
 */
const VERBS: ReadonlyMap<string, Verb> = new Map<string, Verb>([
  ["read_system_state", { type: 61, command: request, args: system }],
  ["read_component_state", { type: 62, command: request, args: component }],
  ["read_component_analog", { type: 63, command: request, args: component }],
  ["read_system_operations", { type: 64, command: request, args: [...system, "u8", "time"] }],
  ["read_system_version", { type: 65, command: request, args: system }],
  ["read_system_configuration", { type: 66, command: request, args: system }],
  ["read_component_configuration", { type: 67, command: request, args: component }],
  ["read_system_time", { type: 68, command: request, args: system }],
  ["read_uitd_state", { type: 81, command: request, args: [] }],
  ["read_uitd_operations", { type: 84, command: request, args: ["u8", "time"] }],
  ["read_uitd_version", { type: 85, command: request, args: [] }],
  ["read_uitd_configuration", { type: 86, command: request, args: [] }],
  ["read_uitd_time", { type: 88, command: request, args: [] }],
  ["initialise", { type: 89, command: control, args: [] }],
  ["set_clock", { type: 90, command: control, args: ["time"] }],
  ["duty_check", { type: 91, command: control, args: ["u8"] }],
]);

/** The command byte and ADU of a verb (figures 33-46). Fails with `unknown_verb` or `bad_argument`. */
export function encodeOrder(
  verb: string,
  args: readonly number[],
  utcOffsetMin: number,
): Result<Order> {
  const known = VERBS.get(verb);
  if (known === undefined) return refuse("unknown_verb", `no command is called ${verb}`);
  const { type, command, args: forms } = known;
  if (args.length !== forms.length || !forms.every((form, i) => fits(form, args[i] ?? -1))) {
    return refuse("bad_argument", `${verb} wants ${forms.join(", ") || "nothing"}`);
  }
  const body = forms.flatMap((form, i) => encode(form, args[i] ?? 0, utcOffsetMin));
  // A read or order of the UITD itself carries one reserved byte (figures 40-44).
  return ok({ command, adu: Uint8Array.of(type, 1, ...(forms.length === 0 ? [0] : body)) });
}

const HIGHEST = { u8: 0xff, u32: 0xffffffff, time: Number.MAX_SAFE_INTEGER } as const;

function fits(form: Form, value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= HIGHEST[form];
}

function encode(form: Form, value: number, utcOffsetMin: number): number[] {
  if (form === "u8") return [value];
  if (form === "time") return [...encodeTime(value, utcOffsetMin)];
  return [value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, value >>> 24];
}
