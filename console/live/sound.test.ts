import { INCIDENT_STATES, SEVERITIES } from "@anhu/core/states";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { decideSound, NOTHING_HEARD } from "./sound.ts";
import type { Heard, SoundInput, SoundOutput } from "./sound.ts";

const FIRE: Heard = {
  id: "fire",
  state: "raised",
  severity: "critical",
  drill: false,
  called: false,
  silencedUntil: null,
};

test("an alarm that nobody has answered sounds, through every state until somebody does", () => {
  const ear = listen();
  for (const state of ["raised", "notified"] as const) {
    expect(ear([{ ...FIRE, state }]).pattern).toBe("critical");
  }
  expect(ear([{ ...FIRE, state: "unanswered" }]).pattern).toBe("unanswered");
});

test("when somebody says that they are coming there is one tick, then quiet", () => {
  const ear = listen();
  ear([FIRE]);
  expect(ear([{ ...FIRE, state: "acknowledged" }])).toMatchObject({ pattern: null, once: "tick" });
  expect(ear([{ ...FIRE, state: "acknowledged" }])).toMatchObject({ pattern: null, once: null });
  expect(ear([{ ...FIRE, state: "arrived" }])).toMatchObject({ pattern: null, once: null });
});

test("an alarm that was answered before this page was opened makes no tick", () => {
  expect(listen()([{ ...FIRE, state: "acknowledged" }]).once).toBe(null);
});

test("silence is quiet until it ends, and then it sounds again by itself", () => {
  const ear = listen();
  const silenced = { ...FIRE, silencedUntil: 60_000 };
  const quiet = ear([silenced], { now: 1_000 });
  expect(quiet).toMatchObject({ pattern: null, once: null, lookAgainAt: 60_000 });
  expect(ear([silenced], { now: 60_000 }).pattern).toBe("critical");
});

test("silence of one alarm does not silence another", () => {
  const other = { ...FIRE, id: "fall", severity: "high" as const };
  expect(listen()([{ ...FIRE, silencedUntil: 60_000 }, other]).pattern).toBe("high");
});

test("a rise in severity sounds again although somebody is coming, for a minute", () => {
  const ear = listen();
  ear([{ ...FIRE, severity: "medium" }]);
  ear([{ ...FIRE, severity: "medium", state: "acknowledged" }], { now: 10_000 });
  const risen = { ...FIRE, state: "acknowledged" as const };
  expect(ear([risen], { now: 20_000 })).toMatchObject({ pattern: "critical", lookAgainAt: 80_000 });
  expect(ear([risen], { now: 79_999 }).pattern).toBe("critical");
  expect(ear([risen], { now: 80_000 }).pattern).toBe(null);
});

test("a drill is heard as a drill, never as a fire", () => {
  const drill = { ...FIRE, drill: true, called: true };
  expect(listen()([drill]).pattern).toBe("medium");
  expect(listen()([{ ...drill, state: "unanswered" }]).pattern).toBe("medium");
});

test.each(["medium", "low"] as const)(
  "%s is said once, and goes on for who is called",
  (severity) => {
    const ear = listen();
    const trouble = { ...FIRE, severity };
    expect(ear([trouble])).toMatchObject({ pattern: null, once: "low" });
    expect(ear([trouble])).toMatchObject({ pattern: null, once: null });
    expect(ear([{ ...trouble, called: true }])).toMatchObject({ pattern: "medium", once: null });
  },
);

test("what is over is quiet and forgotten", () => {
  const ear = listen();
  ear([FIRE]);
  expect(ear([{ ...FIRE, state: "resolved" }])).toMatchObject({ pattern: null, once: null });
  expect(ear([]).memory.size).toBe(0);
});

test("a duty check sounds until it is answered or over", () => {
  const ear = listen();
  expect(ear([], { askedUntil: 90_000 })).toMatchObject({ pattern: "call", lookAgainAt: 90_000 });
  expect(ear([], { askedUntil: 90_000, now: 90_000 }).pattern).toBe(null);
});

test("a lost connection is said after half a minute, below every alarm", () => {
  const ear = listen();
  expect(ear([], { lostSince: 0, now: 29_999 })).toMatchObject({
    pattern: null,
    lookAgainAt: 30_000,
  });
  expect(ear([], { lostSince: 0, now: 30_000 }).pattern).toBe("lost");
  expect(ear([FIRE], { lostSince: 0, now: 30_000 }).pattern).toBe("critical");
});

const heard = fc.record<Heard>({
  id: fc.constantFrom("a", "b", "c"),
  state: fc.constantFrom(...INCIDENT_STATES),
  severity: fc.constantFrom(...SEVERITIES),
  drill: fc.boolean(),
  called: fc.boolean(),
  silencedUntil: fc.option(fc.nat(200_000)),
});

test("whatever happened before, a grave alarm without an answer that is not silenced is never quiet", () => {
  fc.assert(
    fc.property(
      fc.array(fc.uniqueArray(heard, { selector: ({ id }) => id }), { maxLength: 8 }),
      (story) => {
        const ear = listen();
        let now = 0;
        for (const incidents of story) {
          now += 10_000;
          const { pattern } = ear(incidents, { now });
          expect(pattern !== null || !incidents.some((one) => isLoud(one, now))).toBe(true);
        }
      },
    ),
  );
});

function isLoud({ state, severity, silencedUntil, drill }: Heard, now: number): boolean {
  const unanswered = state === "raised" || state === "notified" || state === "unanswered";
  const grave = severity === "critical" || severity === "high" || state === "unanswered";
  return unanswered && grave && !drill && (silencedUntil ?? 0) <= now;
}

function listen() {
  let memory = NOTHING_HEARD;
  return (incidents: readonly Heard[], more: Partial<SoundInput> = {}): SoundOutput => {
    const heardNow = decideSound(
      { incidents, askedUntil: null, lostSince: null, now: 0, ...more },
      memory,
    );
    memory = heardNow.memory;
    return heardNow;
  };
}
