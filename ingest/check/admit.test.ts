import * as fc from "fast-check";
import { LineReader } from "@anhu/core/line-protocol";
import { expect, test } from "vitest";
import type { Rules } from "./admit.ts";
import { Admission } from "./admit.ts";
import { checkStored } from "./line.ts";

const T = 1_763_719_200_000;
const DAY = 86_400_000;
const rules: Rules = {
  address: { facility: "f1", gateway: "g1" },
  oldest: T - 400 * DAY,
  newest: T + 600_000,
  unit: "ms",
};

function admit(text: string, changed: Partial<Rules> = {}) {
  const { lines, numbers, refused } = new Admission().admit(new TextEncoder().encode(text), 0, {
    ...rules,
    ...changed,
  });
  return { text: new TextDecoder().decode(lines.bytes), numbers, refused };
}

test("adds facility and gateway, and leaves all tags in order", () => {
  expect(admit(`smoke,device=s1,room=r302 alarm=true,test=f ${T}`).text).toBe(
    `smoke,device=s1,facility=f1,gateway=g1,room=r302 alarm=true,test=f ${T}\n`,
  );
  expect(admit(`fall,room=none,resident=p-1,device=p1 stage="suspected" ${T}`).text).toBe(
    `fall,device=p1,facility=f1,gateway=g1,resident=p-1,room=none stage="suspected" ${T}\n`,
  );
});

test("leaves out comments, blank lines and needless spaces", () => {
  expect(admit(`# c\n\n  smoke,device=s1,room=r\\ 1   alarm=true   ${T}  \r\n`).text).toBe(
    `smoke,device=s1,facility=f1,gateway=g1,room=r\\ 1 alarm=true ${T}\n`,
  );
});

test.each([
  ["unknown_kind", "smog,device=s1,room=r alarm=true"],
  ["unknown_kind", "__proto__,device=s1,room=r alarm=true"],
  ["unknown_kind", "sm\\ oke,device=s1,room=r alarm=true"],
  ["missing_tag", "smoke,room=r alarm=true"],
  ["missing_tag", "smoke,device=s1 alarm=true"],
  ["missing_tag", "fall,device=s1,room=r fall=true"],
  ["foreign_tag", "smoke,device=s1,facility=f2,room=r alarm=true"],
  ["foreign_tag", "smoke,device=s1,gateway=g1,room=r alarm=true"],
  ["foreign_tag", "smoke,device=s1,host=h,room=r alarm=true"],
  ["foreign_tag", "smoke,device=s1,resident=p,room=r alarm=true"],
  ["foreign_tag", "smoke,device=s1,room=r,dev\\ice=s2 alarm=true"],
  ["duplicate_tag", "smoke,device=s1,device=s2,room=r alarm=true"],
  ["unknown_field", "smoke,device=s1,room=r constructor=true"],
  ["duplicate_field", "smoke,device=s1,room=r alarm=true,alarm=true"],
  ["wrong_type", "smoke,device=s1,room=r alarm=1"],
  ["wrong_type", "smoke,device=s1,room=r obscuration_pct=1i"],
  ["wrong_type", "smoke,device=s1,room=r obscuration_pct=1u"],
  ["wrong_type", 'smoke,device=s1,room=r alarm="true"'],
  ["wrong_type", 'fall,device=s1,resident=p,room=r stage="sus\npected"'],
  ["bad_line", "smoke,device=s1,room=r alarm=maybe"],
  ["bad_line", "smoke,device=,room=r alarm=true"],
  ["bad_line", "smoke,device=s1,room=r"],
])("refuses as %s, alone and by its number: %j", (code, series) => {
  const good = `smoke,device=s1,room=r alarm=true ${T}`;
  const { text, numbers, refused } = admit(`${good}\n# c\n${series} ${T}\n${good}`);
  expect(refused).toEqual([{ line: 2, code }]);
  expect(numbers).toEqual([1, 3]);
  expect(text.split("\n")).toHaveLength(3);
});

test.each([
  ["no_time", ""],
  ["bad_line", "soon"],
  ["bad_line", "1e3"],
  ["time_too_old", "0"],
  ["time_too_old", "-9223372036854775808"],
  ["time_too_old", String(T - 400 * DAY - 1)],
  [null, String(T - 400 * DAY)],
  [null, String(T + 600_000)],
  ["time_too_new", String(T + 600_001)],
  ["time_too_new", `${T}000000`],
  ["time_too_new", "9223372036854775807"],
])("holds a time to the window: %s for %j", (code, time) => {
  const { refused, numbers } = admit(`smoke,device=s1,room=r alarm=true ${time}`);
  expect(refused).toEqual(code === null ? [] : [{ line: 1, code }]);
  expect(numbers).toHaveLength(code === null ? 1 : 0);
});

test.each([String(T / 1000), String(T), `${T}999`, `${T}999999`])(
  "takes any usual unit of time when told to: %s",
  (time) => {
    const { text } = admit(`smoke,device=s1,room=r alarm=true ${time}`, { unit: "any" });
    expect(text).toMatch(new RegExp(` ${T}\\n$`));
  },
);

test("a string that is never closed costs one line", () => {
  const good = `smoke,device=s1,room=r alarm=true ${T}`;
  const { refused, numbers } = admit(`fall,device=s1 stage="sus ${T}\n${good}\n${good}`);
  expect(refused).toEqual([{ line: 1, code: "bad_line" }]);
  expect(numbers).toEqual([2, 3]);
});

test("whatever comes in, what goes out is fit for a store, and no line is unaccounted for", () => {
  const word = fc.constantFrom(
    ..."smoke fall device room resident facility alarm stage suspected true 1 none".split(" "),
    ...Array.from(', ="\\\n#'),
    `${T}`,
    `smoke,device=s1,room=r alarm=true ${T}\n`,
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 60 }), (words) => {
      const bytes = new TextEncoder().encode(words.join(""));
      const { lines, numbers, refused } = new Admission().admit(bytes, 0, rules);
      const stored = new LineReader(lines.bytes);
      const marks: number[] = [];
      while (stored.next()) {
        expect(checkStored(stored)).toBe(null);
        marks.push(stored.seriesEnd, stored.fieldsEnd, stored.end + 1);
      }
      expect([...(lines.marks ?? [])]).toEqual(marks);
      expect([lines.count, marks.length]).toEqual([numbers.length, numbers.length * 3]);
      const all = [...numbers, ...refused.map(({ line }) => line)].toSorted((a, b) => a - b);
      expect(all).toEqual(all.map((_, i) => i + 1));
    }),
    { numRuns: 1000 },
  );
});
