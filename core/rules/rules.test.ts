import { describe, expect, test } from "vitest";
import { KINDS, fieldType, isKind } from "../points/index.ts";
import type { Kind } from "../points/index.ts";
import { RULES, SUPERVISE_S } from "./index.ts";
import type { Sign } from "./index.ts";

const signs = RULES.flatMap((rule) => (rule.when.type === "state" ? rule.when.signs : []));

/** Boolean fields and words that no rule reads, and why: the walk below fails for a field that is in neither. */
const NO_RULE: Readonly<Record<string, string>> = {
  "smoke.test": "a mark beside the alarm",
  "heat.test": "a mark beside the alarm",
  "call_point.test": "a mark beside the alarm",
  "leak.test": "a mark beside the alarm",
  "fire_panel.normal": "false is the test mark (GB/T 26875.3 figure 6, bit 0)",
  "fire_panel.delayed": "later: part of linkage",
  "fire_panel.manual": "later: readiness of linkage",
  "vitals.worn": "later: wearing is part of visits",
  "vitals.charging": "not a danger",
  "occupancy.present": "later: inactivity",
  "occupancy.moving": "later: inactivity",
  "bed.occupied": "later: bed exit",
  "door.open": "later: wandering",
  "cold_chain.door_open": "later: cold chain",
};

/** Kinds whose readings are numbers or states that later rules judge; their devices are supervised all the same. */
const NO_RULE_KINDS: readonly Kind[] = [
  "vitals",
  "occupancy",
  "bed",
  "door",
  "climate",
  "cold_chain",
];

describe("the registry", () => {
  test.each(Object.keys(KINDS).filter(isKind))(
    "%s: every state of it meets a rule or a reason",
    (kind) => {
      for (const [field, type] of Object.entries<unknown>(KINDS[kind].fields)) {
        if (type === "number") continue;
        const read = signs.some((sign) => sign.kind === kind && sign.field === field);
        expect(read !== Object.hasOwn(NO_RULE, `${kind}.${field}`), `${kind}.${field}`).toBe(true);
      }
      expect(signs.some((sign) => sign.kind === kind)).toBe(!NO_RULE_KINDS.includes(kind));
      expect(SUPERVISE_S[kind]).toBeGreaterThan(0);
    },
  );

  test("every alarm bit meets a rule of class alarm or supervisory, whatever kind the device is declared", () => {
    const bits = ["smoke", "heat", "call_point", "co", "gas", "electrical_fire"] as const;
    for (const declared of Object.keys(KINDS).filter(isKind)) {
      for (const kind of bits) expect(reading(kind, "alarm", declared)).toEqual([kind]);
      expect(reading("fire_panel", "fire", declared)).toHaveLength(1);
      expect(reading("fire_panel", "fault", declared)).toHaveLength(1);
    }
  });
});

describe("the rules", () => {
  test("have distinct ids that fit into an alert's id", () => {
    for (const { id } of RULES) expect(id).toMatch(/^[a-z0-9-]{1,32}$/);
    expect(new Set(RULES.map((rule) => rule.id)).size).toBe(RULES.length);
  });

  test("read only what the registry knows, with values of the right type", () => {
    for (const sign of signs) {
      for (const value of sign.is) {
        const type = fieldType(sign.kind, sign.field);
        const right =
          typeof type === "object" ? type.includes(String(value)) : typeof value === type;
        expect(right, `${sign.kind}.${sign.field} ${value}`).toBe(true);
      }
    }
  });

  test("cite a standard or say that they assume, and have a title in both languages", () => {
    for (const { id, source, title } of RULES) {
      expect(source, id).toMatch(/^(GB|NFPA|EN|assumption: )/);
      expect(title.zh, id).toMatch(/\p{Script=Han}/u);
      expect(title.en, id).toMatch(/^[A-Z]/);
    }
  });

  test("latch every life alarm until it is reset at the scene, and nothing else", () => {
    const life = RULES.filter((rule) => rule.class === "alarm");
    expect(life.length).toBeGreaterThan(5);
    expect(RULES.filter((rule) => rule.latch === true)).toEqual(life);
    for (const { id, source } of life) expect(source, id).toContain("latches: GB 4717");
  });

  test("sound the siren for fire, carbon monoxide and gas, and for nothing else", () => {
    expect(RULES.filter((rule) => rule.siren).map((rule) => rule.id)).toEqual([
      "smoke-alarm",
      "heat-alarm",
      "call-point-alarm",
      "panel-fire",
      "co-alarm",
      "gas-alarm",
    ]);
  });
});

/** The kinds that the rules meeting `kind.field` on such a device are about. */
function reading(kind: Kind, field: string, declared: Kind): Kind[] {
  return signs.filter((sign) => fits(sign, kind, field, declared)).map((sign) => sign.kind);
}

function fits(sign: Sign, kind: Kind, field: string, declared: Kind): boolean {
  if (sign.kind !== kind || sign.field !== field) return false;
  return (sign.only?.includes(declared) ?? true) && !(sign.except?.includes(declared) ?? false);
}
