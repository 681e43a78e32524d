import { pino } from "pino";
import { Counter } from "prom-client";
import { expect, test } from "vitest";
import { alertIntake } from "../testing/alerts.ts";
import type { Intake } from "../store/intake.ts";
import { openBursts } from "./bursts.ts";

function setUp(record: (intakes: readonly Intake[]) => void) {
  const said = { bursts: [] as number[], busy: [] as (Intake["ack"] | undefined)[] };
  const bursts = openBursts({
    async record(intakes) {
      await Promise.resolve();
      record(intakes);
      said.bursts.push(intakes.length);
      return intakes.map(() => "recorded" as const);
    },
    committed: () => undefined,
    busy: (intake) => said.busy.push(intake.ack),
    log: pino({ level: "silent" }),
    outcomes: new Counter({ name: "n", help: "h", labelNames: ["outcome"], registers: [] }),
  });
  return { bursts, said };
}

test("alerts that come in one turn share a transaction, later ones the next", async () => {
  const { bursts, said } = setUp(() => undefined);
  for (let n = 0; n < 250; n += 1) bursts.take(alertIntake());
  await bursts.idle();
  bursts.take(alertIntake());
  await bursts.idle();
  expect(said).toEqual({ bursts: [100, 100, 50, 1], busy: [] });
});

test("a message that cannot be recorded does not hold up the others: its gateway is asked to keep it", async () => {
  const { bursts, said } = setUp((intakes) => {
    if (intakes.some(({ ack }) => ack?.seq === 13)) throw new Error("poison");
  });
  for (const seq of [12, 13, 14]) bursts.take(alertIntake({ seq }));
  await bursts.idle();
  expect(said).toEqual({ bursts: [1, 1], busy: [{ boot: "b1", seq: 13 }] });
});

test("while the database is in trouble every gateway is asked to wait, and nothing is dropped in silence", async () => {
  let broken = true;
  const { bursts, said } = setUp(() => {
    if (broken) throw new Error("disk is full");
  });
  for (let n = 0; n < 50; n += 1) bursts.take(alertIntake());
  await bursts.idle();
  expect(said.busy).toHaveLength(50);
  expect(bursts.trouble()).toBe("disk is full");
  broken = false;
  bursts.take(alertIntake());
  await bursts.idle();
  expect(bursts.trouble()).toBeNull();
});

test("a full queue is answered busy", async () => {
  const { bursts, said } = setUp(() => undefined);
  for (let n = 0; n < 1_005; n += 1) bursts.take(alertIntake());
  await bursts.idle();
  expect(said.busy).toHaveLength(5);
});
