/**
 * Duty checks 查岗: at random times of the night the duty room is asked whether somebody is there.
 *
 *   planned (2 in a night shift) --its time--> asked --within 10 min--> answered
 *                     |                          +--10 min--> missed: an incident of its own, until somebody answers
 *                     +--nothing ran then--> skipped
 */
import { setImmediate } from "node:timers/promises";
import type { Facility } from "@anhu/core/facility";
import { messageOf } from "@anhu/core/errors";
import type { Clock } from "@anhu/core/time";
import type { Logger } from "pino";
import { notify } from "../channels/notify.ts";
import { standingOf } from "../store/deeds.ts";
import { dueChecks, moveCheck, planChecks } from "../store/duty-checks.ts";
import type { DutyCheck } from "../store/duty-checks.ts";
import { openLogs } from "../store/log.ts";
import { recordWithin } from "../store/record.ts";
import type { Db, Tx } from "../store/schema.ts";
import { raisedFor } from "./duty-alert.ts";
import { checkToken } from "./duty-answers.ts";
import { planOf } from "./duty-plan.ts";
import type { People } from "./look.ts";
import { rosterAt } from "./roster.ts";
import { DUTY_CHECK } from "./texts.ts";

/** GB 26875.1: the transmission device's duty check stays until it is answered or 10 min are over. */
const ANSWER_MS = 600_000;
/** assumption: a check that is this late asks about another part of the night. */
const LATE_MS = 1_800_000;
const PLAN_MS = 60_000;

export interface DutyOptions {
  readonly db: Db;
  readonly people: People;
  readonly facilities: () => Iterable<Facility>;
  readonly clock: Clock;
  readonly committed: () => void;
  /** At least 0, below 1. */
  readonly random: () => number;
  readonly log: Logger;
}

/** Plans, asks and gives up, whatever is due: called once a turn of the loop. What fails is tried again at the next. */
export function openDuty(options: DutyOptions): () => Promise<void> {
  const { db, people, clock, log } = options;
  let plannedAt = Number.NEGATIVE_INFINITY;
  /** The shift that a facility's checks are planned for: at most one per facility. */
  const planned = new Map<string, string>();

  async function plan(): Promise<void> {
    if (clock.monotonic() - plannedAt < PLAN_MS) return;
    plannedAt = clock.monotonic();
    const now = people.wall();
    for (const file of options.facilities()) {
      // A province has many: whatever else this process does has its turn too.
      await setImmediate();
      const checks = planOf(file, { now, random: options.random });
      const [first] = checks;
      if (first === undefined || planned.get(first.facility) === first.id) continue;
      await planChecks(db, checks);
      planned.set(first.facility, first.id);
    }
  }

  async function each(checks: readonly DutyCheck[], act: Act): Promise<void> {
    for (const check of checks) {
      try {
        await db.transaction().execute((tx) => act(tx, check, people));
        options.committed();
      } catch (thrown) {
        log.error({ reason: messageOf(thrown), check: check.id }, "duty check not made");
      }
    }
  }

  return async () => {
    await plan();
    const askedBefore = people.steady.now() - ANSWER_MS;
    const { toAsk, missed } = await dueChecks(db, { now: people.wall(), askedBefore });
    await each(toAsk, ask);
    await each(missed, miss);
  };
}

type Act = (tx: Tx, check: DutyCheck, people: People) => Promise<void>;

async function ask(tx: Tx, check: DutyCheck, people: People): Promise<void> {
  const now = people.wall();
  const logs = await openLogs(tx, [check.facility], now);
  const facility = people.facility(check.facility);
  const { dutyRoom, shift } = rosterAt(facility, now);
  const late = now - check.due_at > LATE_MS || shift?.shift !== check.shift;
  const from = ["planned"] as const;
  const tell = (type: string, data: Readonly<Record<string, string | readonly string[]>>) =>
    logs.append(
      check.facility,
      { actor: "response", type, data: { check: check.id, shift: check.shift, ...data } },
      null,
    );
  if (late || dutyRoom.length === 0) {
    if (!(await moveCheck(tx, check.id, { from, set: { state: "skipped" } }))) return;
    tell("duty_check_skipped", { reason: late ? "too_late" : "nobody_there" });
    return logs.flush();
  }
  const set = { state: "asked", asked_at: now, asked_steady: people.steady.now() } as const;
  if (!(await moveCheck(tx, check.id, { from, set }))) return;
  tell("duty_check_asked", { people: dutyRoom.map(({ person }) => person) });
  for (const { person, role } of dutyRoom) {
    const token = checkToken(people.tokens, check.id, person);
    const notice = {
      facility: check.facility,
      person,
      role,
      purpose: "duty_check",
      incident: null,
      call: null,
      severity: "high",
      drill: false,
      ...DUTY_CHECK,
      answer: { token, answers: ["shown", "here"] },
    } as const;
    await notify(tx, notice, { facility, now });
  }
  await people.steady.keep(tx);
  await logs.flush();
}

async function miss(tx: Tx, check: DutyCheck, people: People): Promise<void> {
  const now = people.wall();
  const logs = await openLogs(tx, [check.facility], now);
  if (!(await moveCheck(tx, check.id, { from: ["asked"], set: { state: "missed" } }))) return;
  const standing = await standingOf(tx, check.facility);
  const alert = raisedFor(check, {
    standing,
    facility: people.facility(check.facility),
    now,
  });
  const data = { check: check.id, shift: check.shift };
  logs.append(
    check.facility,
    { actor: "response", type: "duty_check_missed", data },
    alert.message.event,
  );
  await logs.flush();
  const { rules, steady } = people;
  await recordWithin(tx, { intakes: [alert], rules, now, nowSteady: steady.now() });
}
