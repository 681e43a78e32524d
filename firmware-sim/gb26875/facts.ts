import type { FieldValue } from "@anhu/core/points";
import type { AnalogSpec } from "./model.ts";
import type { Part } from "./panel.ts";

/** What an upload says, in the registry's words: the simulator's own reading of table 5, apart from any driver's. */
export interface Said {
  readonly kind: string;
  readonly fields: Readonly<Record<string, FieldValue>>;
}

/** A component's state as a reading of its kind; parts of no kind of their own are told as panel bits. */
export function saidByState(part: Part): Said {
  const { state } = part;
  const kind = kindOf(part.id.type);
  if (kind === "gas" || kind === "electrical_fire") return { kind, fields: { alarm: state.fire } };
  if (kind !== null) return { kind, fields: { alarm: state.fire, test: state.test } };
  const { fire, fault, shielded, supervisory, started, feedback, delayed } = state;
  const fields = { fire, fault, shielded, supervisory, started, feedback, delayed };
  return { kind: "fire_panel", fields: { normal: !state.test, ...fields } };
}

/** A system's bits of figure 6. */
export function saidBySystem(bits: number): Said {
  const names = [
    "normal",
    "fire",
    "fault",
    "shielded",
    "supervisory",
    "started",
    "feedback",
    "delayed",
    "mains_fault",
    "backup_fault",
    "bus_fault",
    "manual",
  ];
  return { kind: "fire_panel", fields: named(bits, names) };
}

/** The transmission device's bits of figure 9, as far as the registry has fields for them. */
export function saidByUitd(bits: number): Said {
  const names = ["normal", "fire", "fault", "mains_fault", "backup_fault"];
  return { kind: "fire_panel", fields: named(bits, names) };
}

/** An analog value of table 6. */
export function saidByAnalog(part: Part, { type, value }: AnalogSpec): Said {
  switch (type) {
    case 2:
      return { kind: "water", fields: { level_m: value } };
    case 3:
      return {
        kind: kindOf(part.id.type) === "electrical_fire" ? "electrical_fire" : "heat",
        fields: { temperature_c: value },
      };
    case 4:
      return { kind: "water", fields: { pressure_kpa: value * 1000 } };
    case 5:
      return { kind: "water", fields: { pressure_kpa: value } };
    case 6:
      return { kind: "gas", fields: { gas_lel_pct: value } };
    case 9:
      return { kind: "electrical_fire", fields: { residual_current_ma: value * 1000 } };
    default:
      return { kind: "analog", fields: { type, value } };
  }
}

function kindOf(type: number): "smoke" | "heat" | "call_point" | "gas" | "electrical_fire" | null {
  if ((type >= 40 && type <= 44) || (type >= 50 && type <= 53)) return "smoke";
  if (type >= 30 && type <= 37) return "heat";
  if (type === 23 || type === 24) return "call_point";
  if ((type >= 10 && type <= 13) || type === 74) return "gas";
  if (type >= 16 && type <= 18) return "electrical_fire";
  return null;
}

function named(bits: number, names: readonly string[]): Record<string, boolean> {
  return Object.fromEntries(names.map((name, at) => [name, (bits & (1 << at)) !== 0]));
}
