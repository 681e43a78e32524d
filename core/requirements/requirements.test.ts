import { expect, test } from "vitest";
import { POLICY_SETS } from "../policies/index.ts";
import { RULES } from "../rules/index.ts";
import { NOT_YET, REQUIREMENTS, servedBy } from "./index.ts";

const ids = REQUIREMENTS.map((requirement) => requirement.id);

test("the 23 requirements stand in order, each with its clause and both languages", () => {
  expect(ids).toEqual(Array.from({ length: 23 }, (_, i) => `R${String(i + 1).padStart(2, "0")}`));
  for (const { clause, zh, en } of REQUIREMENTS) {
    expect(clause).toMatch(/^(FJ|BX|PT|FX|JD)\b/);
    expect(zh).toMatch(/\p{Script=Han}/u);
    expect(en).not.toBe("");
  }
});

test("every rule names requirements, and only ones that exist", () => {
  for (const rule of RULES) {
    expect(rule.requirements, rule.id).not.toEqual([]);
    expect(ids, rule.id).toEqual(expect.arrayContaining([...rule.requirements]));
  }
});

test("every requirement is served by a rule or a policy or stands in the list of what is not served yet, never in both", () => {
  const policies = POLICY_SETS.flatMap((set) => set.policies);
  const unserved = [...servedBy(RULES, policies)].filter(([, by]) => by.length === 0);
  expect(unserved.map(([id]) => id)).toEqual(NOT_YET);
});
