/**
 * GB/T 26875.3-2011, 8.1-8.3: application data units of the transmission device.
 *
 *   type 1 | number of objects 1 | n x [ body | time label 6, on some types ]
 */
import iconv from "iconv-lite";
import type { AnalogSpec, ComponentState } from "./model.ts";

/** Table 3. */
export const TYPE = {
  systemState: 1,
  componentState: 2,
  analog: 3,
  systemOperation: 4,
  systemVersion: 5,
  systemConfiguration: 6,
  componentConfiguration: 7,
  systemTime: 8,
  uitdState: 21,
  uitdOperation: 24,
  uitdVersion: 25,
  uitdConfiguration: 26,
  uitdTime: 28,
} as const;

/** Figure 13. */
export const RESET_FLAG = 1;

/** Figure 14. */
export const DUTY_ANSWER_FLAG = 32;

/** A system: type of table 4 and its address. */
export interface SystemId {
  readonly system: number;
  readonly systemAddress: number;
}

export interface ComponentId extends SystemId {
  readonly type: number;
  readonly address: number;
}

/** Type, number of objects, objects. */
export function encodeAdu(type: number, objects: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat([Uint8Array.of(type, objects.length), ...objects]);
}

/** Type 1, figure 18. `bits`: figure 6. */
export function systemStateObject(id: SystemId, bits: number, label: Uint8Array): Uint8Array {
  return Buffer.concat([systemBytes(id), uint16(bits), label]);
}

/** Type 2, figure 19. `bits`: figure 7. */
export function componentStateObject(
  id: ComponentId,
  state: { readonly bits: number; readonly text: string },
  label: Uint8Array,
): Uint8Array {
  return Buffer.concat([componentBytes(id), uint16(state.bits), text31(state.text), label]);
}

/** Type 3, figure 21. `raw` in steps of table 6. */
export function analogObject(
  id: ComponentId,
  analog: { readonly type: number; readonly raw: number },
  label: Uint8Array,
): Uint8Array {
  const value = Buffer.alloc(3);
  value.writeUInt8(analog.type, 0);
  value.writeInt16LE(analog.raw, 1);
  return Buffer.concat([componentBytes(id), value, label]);
}

/** Type 4, figure 23. `flags`: figure 13. */
export function systemOperationObject(
  id: SystemId,
  operation: { readonly flags: number; readonly operator: number },
  label: Uint8Array,
): Uint8Array {
  return Buffer.concat([systemBytes(id), uitdOperationObject(operation, label)]);
}

/** Type 5. */
export function systemVersionObject(id: SystemId, major: number, minor: number): Uint8Array {
  return Buffer.concat([systemBytes(id), Uint8Array.of(major, minor)]);
}

/** Type 6: text of at most 255 bytes. */
export function systemConfigurationObject(id: SystemId, text: string): Uint8Array {
  return Buffer.concat([systemBytes(id), uitdConfigurationObject(text)]);
}

/** Type 7. */
export function componentConfigurationObject(id: ComponentId, text: string): Uint8Array {
  return Buffer.concat([componentBytes(id), text31(text)]);
}

/** Type 8. */
export function systemTimeObject(id: SystemId, label: Uint8Array): Uint8Array {
  return Buffer.concat([systemBytes(id), label]);
}

/** Type 21. `bits`: figure 9. */
export function uitdStateObject(bits: number, label: Uint8Array): Uint8Array {
  return Buffer.concat([Uint8Array.of(bits), label]);
}

/** Type 24. `flags`: figure 14. */
export function uitdOperationObject(
  operation: { readonly flags: number; readonly operator: number },
  label: Uint8Array,
): Uint8Array {
  return Buffer.concat([Uint8Array.of(operation.flags, operation.operator), label]);
}

/** Type 26: text of at most 255 bytes. */
export function uitdConfigurationObject(text: string): Uint8Array {
  const bytes = gb18030(text, 255);
  return Buffer.concat([Uint8Array.of(bytes.length), bytes]);
}

/** Bits of figure 7: bit 0 is 1 in normal operation and 0 in test. */
export function componentBits(state: ComponentState): number {
  return bitsOf([
    !state.test,
    state.fire,
    state.fault,
    state.shielded,
    state.supervisory,
    state.started,
    state.feedback,
    state.delayed,
    state.powerFault,
  ]);
}

export function bitsOf(flags: readonly boolean[]): number {
  return flags.reduce((bits, set, at) => (set ? bits | (1 << at) : bits), 0);
}

/** Steps per engineering unit, table 6. */
const STEPS: Readonly<Record<number, number>> = {
  1: 1,
  2: 100,
  3: 10,
  4: 10,
  5: 10,
  6: 10,
  7: 1,
  8: 10,
  9: 10,
  10: 10,
  11: 10,
  12: 1,
};

/** The signed 16-bit number on the wire for a value, at the end of the scale when it does not fit, and the value that it stands for. */
export function quantise(analog: AnalogSpec): { readonly raw: number; readonly value: number } {
  const steps = STEPS[analog.type] ?? 1;
  const raw = Math.max(-32768, Math.min(32767, Math.round(analog.value * steps)));
  return { raw, value: raw / steps };
}

function systemBytes(id: SystemId): Uint8Array {
  return Uint8Array.of(id.system, id.systemAddress);
}

function componentBytes(id: ComponentId): Uint8Array {
  const bytes = Buffer.alloc(7);
  bytes.set([id.system, id.systemAddress, id.type]);
  bytes.writeUInt32LE(id.address, 3);
  return bytes;
}

function uint16(value: number): Uint8Array {
  return Uint8Array.of(value & 0xff, value >> 8);
}

/** The 31-byte text field: GB 18030, filled with NUL. */
function text31(text: string): Uint8Array {
  const field = Buffer.alloc(31);
  field.set(gb18030(text, field.length));
  return field;
}

/** GB 18030 bytes, cut between characters to `most`. */
function gb18030(text: string, most: number): Uint8Array {
  const characters = Array.from(text);
  for (;;) {
    const bytes = iconv.encode(characters.join(""), "gb18030");
    if (bytes.length <= most) return bytes;
    characters.pop();
  }
}
