/** Whatever happens, in whatever order: a live alarm has somebody to call and a moment at which somebody looks, and nobody is called twice. */
import { POLICY_SETS } from "@anhu/core/policies";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { isOver } from "../incidents/model.ts";
import { HOME } from "../testing/home.ts";
import { CODE_302, FIRE, NIGHT, openHome } from "./story.ts";
import type { Home } from "./story.ts";

const PEOPLE = ["c-302", "c-306", "c-201", "duty-1", "head", "lead", "centre"] as const;
const DEVICES = ["smoke-302", "smoke-306", "heat-302"] as const;

type Event =
  | { readonly what: "alarm" | "clear"; readonly device: string; readonly drill: boolean }
  | { readonly what: "fall"; readonly severity: "medium" | "high" | "critical" }
  | {
      readonly what: "says";
      readonly person: string;
      readonly answer: "coming" | "cannot_come" | "arrived" | "here" | "shown";
    }
  | { readonly what: "acts"; readonly person: string; readonly action: "silence" | "acknowledge" }
  | { readonly what: "step" | "pass" | "gone"; readonly seconds: number }
  | { readonly what: "deliver" | "restart" | "close" | "test" };

const event: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      what: fc.constantFrom("alarm" as const, "clear" as const),
      device: fc.constantFrom(...DEVICES),
      drill: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      what: fc.constant("fall" as const),
      severity: fc.constantFrom("medium" as const, "high" as const, "critical" as const),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      what: fc.constant("says" as const),
      person: fc.constantFrom(...PEOPLE),
      answer: fc.constantFrom("coming", "cannot_come", "arrived", "here", "shown"),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      what: fc.constant("acts" as const),
      person: fc.constantFrom("day", "head"),
      action: fc.constantFrom("silence" as const, "acknowledge" as const),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      what: fc.constantFrom("pass" as const, "gone" as const, "step" as const),
      seconds: fc.constantFrom(1, 7, 20, 60, 130, -20, -600, 86_400),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ what: fc.constantFrom("deliver", "restart", "close", "test") }),
  },
);

async function happens(home: Home, one: Event): Promise<void> {
  const at = home.clock.wall();
  switch (one.what) {
    case "alarm":
      return home.alarm({ device: one.device, drill: one.drill, onset: at, at });
    case "clear": {
      const alert = await home.db
        .selectFrom("alerts")
        .select(["onset", "drill"])
        .where("device", "=", one.device)
        .where("cleared_at", "is", null)
        .executeTakeFirst();
      const known = alert === undefined ? { onset: at } : { onset: alert.onset };
      return home.clear({ device: one.device, drill: one.drill, ...known });
    }
    case "fall": {
      const fall = { rule: "fall", device: "pendant-1", event: `${HOME}.care.p-1.${NIGHT}` };
      return home.alarm({ ...fall, severity: one.severity, phase: "updated", at });
    }
    case "says": {
      const told = await home.db
        .selectFrom("deliveries")
        .select("id")
        .where("person", "=", one.person)
        .where("body", "like", `%"${one.answer}"%`)
        .executeTakeFirst();
      if (told !== undefined) await home.says(one.person, one.answer, CODE_302);
      return undefined;
    }
    case "acts": {
      const row = await home.db.selectFrom("incidents").select("id").executeTakeFirst();
      if (row !== undefined) await home.does(one.person, { do: one.action }, row.id);
      return undefined;
    }
    case "pass":
      return pass(home, Math.min(Math.abs(one.seconds), 600));
    case "gone":
      await home.loop.close();
      home.clock.advance(Math.abs(one.seconds) * 1_000);
      return home.restart();
    case "step":
      home.step(one.seconds);
      return undefined;
    case "deliver":
      return home.deliver();
    case "restart":
      return home.restart();
    case "close": {
      const row = await home.db.selectFrom("incidents").select("id").executeTakeFirst();
      if (row === undefined) return undefined;
      await home.does("head", { do: "close", cause: "test", text: undefined }, row.id);
      return undefined;
    }
    case "test": {
      const row = { facility: HOME, device: "smoke-302", by: "user:u-1", reason: "test" };
      await home.db
        .insertInto("test_modes")
        .values({ ...row, until: at + 120_000 })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    }
  }
}

async function pass(home: Home, seconds: number, step = 5): Promise<void> {
  for (let left = seconds; left > 0; left -= step) {
    home.clock.advance(Math.min(left, step) * 1_000);
    await home.loop.idle();
  }
}

/** Every incident as it stands against its timer. */
async function expectLookedAfter(home: Home): Promise<void> {
  const rows = await home.db
    .selectFrom("incidents as i")
    .leftJoin("escalations as e", "e.incident", "i.id")
    .select(["i.id", "i.state", "e.phase", "e.next_steady", "e.round", "e.from_round"])
    .execute();
  for (const { id, state, phase, next_steady } of rows) {
    expect(phase === "settled", `${id} ${state} ${phase}`).toBe(isOver(state));
    expect(next_steady === null, `${id} ${state} ${phase} ${next_steady}`).toBe(isOver(state));
  }
  expect(home.loop.health()).toEqual({ status: "ok", detail: "" });
  const twice = await home.db
    .selectFrom("calls")
    .select(["incident", "round", "person"])
    .groupBy(["incident", "round", "person", "purpose"])
    .having((eb) => eb.fn.countAll(), ">", 1)
    .execute();
  expect(twice).toEqual([]);
}

test("no path leaves a live alarm with nobody to call and no timer, nor calls anybody twice in a round", async () => {
  let stories = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(event, { maxLength: 20 }), async (events) => {
      const home = await openHome();
      try {
        for (const one of events) {
          await happens(home, one);
          await expectLookedAfter(home);
        }
        await home.log();
        await expectSomebodyHears(home);
        stories += 1;
      } finally {
        await home.close();
      }
    }),
    { numRuns: 40 },
  );
  expect(stories).toBe(40);
}, 120_000);

/** A quarter of an hour in which nobody says anything: then everybody has been told of everything that is live, lately. */
async function expectSomebodyHears(home: Home): Promise<void> {
  await pass(home, 1_000, 50);
  await expectLookedAfter(home);
  await home.told();
  await pass(home, 1_000, 50);
  const live = await home.db
    .selectFrom("incidents")
    .select(["id", "state", "severity"])
    .where("state", "not in", ["resolved", "closed"])
    .execute();
  const recent = await home.db
    .selectFrom("deliveries")
    .select(["incident", "person"])
    .where("created_at", ">=", home.clock.wall() - 1_000_000)
    .execute();
  for (const { id, state } of live) {
    expect(["unanswered", "arrived"], id).toContain(state);
    const people = new Set(
      recent.filter(({ incident }) => incident === id).map((row) => row.person),
    );
    expect(people.has("head"), `${id} ${state}: the head has been told`).toBe(true);
  }
}

/** Of one that waits for the day another takes over as soon as anybody is called. */
const POLICIES = POLICY_SETS.flatMap(({ policies }) => policies).filter(
  ({ waits_until }) => waits_until === undefined,
);
const HOUR_MS = 3_600_000;

test.for(POLICIES)(
  "whoever promises and does not arrive is followed by calls within 5 s, whenever he promised: $id",
  { timeout: 60_000 },
  async (policy) => {
    const times = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), {
      minLength: 1,
      maxLength: 3,
    });
    const story = fc.record({ atDay: fc.boolean(), times, who: fc.nat() });
    await fc.assert(
      fc.asyncProperty(story, async ({ atDay, times: parts, who }) => {
        const home = await openHome({ at: atDay ? NIGHT + 9 * HOUR_MS : NIGHT });
        try {
          await beginUnder(home, policy.id);
          for (const part of parts) {
            await jump(home, Math.ceil(part * (policy.unanswered_s + policy.repeat_s)), 60);
            const called = await home.db.selectFrom("calls").select("person").distinct().execute();
            const people = called.map(({ person }) => person);
            const person = people[who % people.length];
            if (person === undefined) continue;
            await home.says(person, "coming");
            await jump(home, policy.arrive_s - 1, 3);
            await home.told();
            await jump(home, 1, 1);
            const told = await home.told();
            expect(told.length, `${person} at ${part}`).toBeGreaterThan(0);
          }
        } finally {
          await home.close();
        }
      }),
      { numRuns: 6 },
    );
  },
);

/** An incident whose people are called by this policy from now on. */
async function beginUnder(home: Home, policy: string): Promise<void> {
  await home.alarm();
  const nextRound = { policy, tiers_begun: 0, round: 2, from_round: 2 };
  await home.db.updateTable("escalations").set(nextRound).where("incident", "=", FIRE).execute();
  await jump(home, 1, 1);
}

async function jump(home: Home, seconds: number, looks: number): Promise<void> {
  await pass(home, seconds, Math.max(1, Math.ceil(seconds / looks)));
}
