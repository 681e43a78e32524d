import { describe, expect, test } from "vitest";
import { REQUIREMENTS } from "../requirements/index.ts";
import { RULES } from "../rules/index.ts";
import type { SignalClass } from "../points/index.ts";
import type { Severity } from "../states/index.ts";
import { choosePolicy, isWithin, minuteOf, POLICY_SETS, policySet } from "./index.ts";
import type { Occasion, Policy, PolicySet } from "./index.ts";

const CLASSES: readonly SignalClass[] = ["alarm", "care", "health", "supervisory", "trouble"];
const SEVERITIES: readonly Severity[] = ["critical", "high", "medium", "low"];
const NOON = 720;

function occasion(change: Partial<Occasion> = {}): Occasion {
  const fire = { policy: "fire", kind: "fire", class: "alarm", severity: "critical" } as const;
  return { ...fire, minute: NOON, units: ["r302", "bedroom", "f3", "floor"], ...change };
}

describe.each(POLICY_SETS)("the policies $id", (set: PolicySet) => {
  const { policies } = set;

  test("have one for every rule that names a policy, at every severity, day and night", () => {
    for (const rule of RULES) {
      for (const severity of SEVERITIES) {
        for (const minute of [0, NOON]) {
          const asked = { ...rule, kind: rule.group.kind, severity, minute };
          const chosen = choosePolicy(set, occasion(asked));
          expect(chosen.match.policies, `${rule.id} ${severity}`).toContain(rule.policy);
        }
      }
    }
  });

  test("have one for every class and severity of a rule that nobody knows", () => {
    for (const signal of CLASSES) {
      for (const severity of SEVERITIES) {
        const unknown = { policy: "?", kind: "?", class: signal, severity, units: [] };
        expect(choosePolicy(set, occasion(unknown)).tiers.length).toBeGreaterThan(0);
      }
    }
  });

  test.each(policies.map((policy) => [policy.id, policy] as const))(
    "%s can be carried out",
    (id, policy: Policy) => {
      expect(id).toMatch(/^[a-z0-9-]{1,32}$/);
      expect(policies.filter((other) => other.id === id)).toHaveLength(1);
      const after = policy.tiers.map(({ after_s }) => after_s);
      expect(after[0]).toBe(0);
      expect(after).toEqual(after.toSorted((a, b) => a - b));
      expect(new Set(policy.tiers.map((tier) => tier.id)).size).toBe(policy.tiers.length);
      expect(policy.unanswered_s).toBeGreaterThan(after.at(-1) ?? Infinity);
      for (const { who, order } of policy.tiers) {
        expect(who).not.toEqual([]);
        expect(order === "parallel" || order.every_s > 0).toBe(true);
      }
      for (const seconds of [policy.arrive_s, policy.resolve_s, policy.repeat_s]) {
        expect(seconds).toBeGreaterThanOrEqual(60);
      }
      expect(policy.silence_s).toBeGreaterThanOrEqual(10);
      expect(policy.silence_s).toBeLessThanOrEqual(300);
      expect(policy.overdue).not.toEqual([]);
    },
  );

  test("ask for the duty room on each life alarm, and sound the siren again for nothing else", () => {
    for (const policy of policies) {
      const life =
        policy.match.classes?.includes("alarm") === true ||
        policy.match.policies?.some((name) => name === "fire" || name === "gas") === true;
      expect(policy.prompt_s !== null, policy.id).toBe(life);
      expect(!policy.siren || life, policy.id).toBe(true);
    }
  });

  test("name requirements that exist, cite a standard or say that they assume, in both languages", () => {
    const ids = REQUIREMENTS.map((requirement) => requirement.id);
    for (const { id, requirements, source, title } of policies) {
      expect(requirements, id).not.toEqual([]);
      expect(ids, id).toEqual(expect.arrayContaining([...requirements]));
      expect(source, id).toMatch(/^(GB|NFPA|EN|assumption: )/);
      expect(title.zh, id).toMatch(/\p{Script=Han}/u);
      expect(title.en, id).toMatch(/^[A-Z]/);
    }
  });
});

test("a fire calls the duty room and the nearest at once, then floor, shift, head and centre, and says at 175 s that nobody came", () => {
  const fire = choosePolicy(defaults(), occasion());
  expect(fire.tiers.map(({ id, after_s, unless }) => [id, after_s, unless])).toEqual([
    ["nearest", 0, undefined],
    ["floor", 8, "prompt_answered"],
    ["shift", 25, undefined],
    ["head", 55, undefined],
    ["rescue-centre", 115, undefined],
  ]);
  expect(fire).toMatchObject({ prompt_s: 8, arrive_s: 120, unanswered_s: 175, repeat_s: 60 });
});

test("a small trouble waits for the morning, and a grave one does not", () => {
  const trouble = { policy: "trouble", kind: "trouble", class: "trouble" } as const;
  const at = (time: string, severity: Severity) =>
    choosePolicy(defaults(), occasion({ ...trouble, severity, minute: minuteOf(time) }));
  expect(at("02:00", "low")).toMatchObject({ id: "trouble-low-night", waits_until: "07:00" });
  expect(at("07:00", "low").waits_until).toBeUndefined();
  expect(at("02:00", "medium").waits_until).toBeUndefined();
});

test("a policy can be for a unit, a kind or hours: everything that it names must hold", () => {
  const [fire] = defaults().policies;
  if (fire === undefined) throw new Error("no policies");
  const only = (match: Policy["match"]): PolicySet => ({
    id: "own",
    policies: [{ ...fire, id: "own", match }, fire],
  });
  const chosen = (match: Policy["match"], change: Partial<Occasion> = {}) =>
    choosePolicy(only(match), occasion(change)).id;
  expect(chosen({ units: ["f3"] })).toBe("own");
  expect(chosen({ units: ["bedroom"] })).toBe("own");
  expect(chosen({ units: ["f2", "kitchen"] })).toBe("fire");
  expect(chosen({ kinds: ["fire"], hours: { from: "20:00", to: "08:00" } })).toBe("fire");
  expect(chosen({ hours: { from: "20:00", to: "08:00" } }, { minute: 0 })).toBe("own");
  expect(chosen({ kinds: ["gas"] })).toBe("fire");
});

test("a set that leaves something open is a mistake that is not hidden", () => {
  expect(() => choosePolicy({ id: "none", policies: [] }, occasion())).toThrow(RangeError);
});

test("hours go over midnight, and end before their last minute", () => {
  expect(isWithin(minuteOf("23:59"), "20:00", "08:00")).toBe(true);
  expect(isWithin(minuteOf("08:00"), "20:00", "08:00")).toBe(false);
  expect(isWithin(0, "20:00", "24:00")).toBe(false);
  expect(isWithin(NOON, "08:00", "08:00")).toBe(true);
  expect(policySet("nothing")).toBeUndefined();
});

function defaults(): PolicySet {
  const set = policySet("default");
  if (set === undefined) throw new Error("no default policies");
  return set;
}
