/** A home at night on a fake clock, for stories: what happens is told, time passes, and everybody who was told is written down. */
import { createHash } from "node:crypto";
import { pino } from "pino";
import { Registry } from "prom-client";
import { parseFacility } from "@anhu/core/facility";
import type { Facility } from "@anhu/core/facility";
import { verifyLedger } from "@anhu/core/ledger";
import { roomCode } from "@anhu/core/people";
import type { Result } from "@anhu/core/result";
import { RULES } from "@anhu/core/rules";
import { FakeClock } from "@anhu/core/time";
import type { IncidentState } from "@anhu/core/states";
import type { Purpose } from "../channels/model.ts";
import type { CommandAnswer } from "../commands/commands.ts";
import { ruleBook as rules } from "../incidents/rules.ts";
import { Bell } from "../store/bell.ts";
import type { CommandDraft } from "../store/commands.ts";
import { openLogs } from "../store/log.ts";
import { migrate } from "../store/migrations/index.ts";
import { recordBurst } from "../store/record.ts";
import type { Db } from "../store/schema.ts";
import { openSqlite } from "../store/sqlite.ts";
import { alertIntake } from "../testing/alerts.ts";
import { HOME, HOME_FILE } from "../testing/home.ts";
import type { Told } from "../testing/alerts.ts";
import { openActions } from "./actions.ts";
import type { Action, Actions, Answer } from "./actions.ts";
import { openDutyAnswers } from "./duty-answers.ts";
import { openDuty } from "./duty.ts";
import type { People } from "./look.ts";
import { openLoop } from "./loop.ts";
import type { Loop } from "./loop.ts";
import { openEscalationMetrics } from "./metrics.ts";
import { callSent } from "./receipts.ts";
import { openSteady } from "./steady.ts";

/** 2026-11-22 02:10 in Shanghai. */
export const NIGHT = Date.UTC(2026, 10, 21, 18, 10);
/** Every look at its incidents fails. */
export const POISONED = "poisoned";
const ROOM_KEY = "0b".repeat(32);

export const FIRE = `${HOME}.fire.all.${NIGHT}`;

export interface Home {
  readonly db: Db;
  readonly clock: FakeClock;
  readonly actions: Actions;
  readonly loop: Loop;
  /** The process has died. */
  readonly dead: boolean;
  /** What the gateway answers to a command; null: nothing. */
  gateway: (command: CommandDraft) => CommandAnswer | null;
  /** An alert of the home is recorded; its event is FIRE unless told otherwise. */
  alarm(told?: Told): Promise<void>;
  clear(told?: Told): Promise<void>;
  /** Time passes, second by second. */
  pass(seconds: number): Promise<void>;
  /** Who was told what since the last question: "12 c-302 call", seconds since the beginning. */
  told(): Promise<readonly string[]>;
  /** Far ends accept everything that waits. */
  deliver(): Promise<void>;
  /** A person answers by the newest message that lets them. */
  says(
    person: string,
    answer: Answer["answer"],
    code?: string,
  ): Promise<Result<IncidentState | null>>;
  /** A person of the staff does something on a page. */
  does(person: string, action: Action, incident?: string): Promise<Result<null>>;
  state(incident?: string): Promise<string | undefined>;
  /** Types of the log since the last question, without those of alerts, calls and states. */
  log(): Promise<readonly string[]>;
  /** The facility's file is another now. */
  rewrite(file: string): Promise<void>;
  /** The process dies and another starts on the same database. */
  restart(): Promise<void>;
  /** The wall clock steps. */
  step(seconds: number): void;
  close(): Promise<void>;
}

export const CODE_302 = roomCode(ROOM_KEY, HOME, "r302");

export function homeOf(text: string): Facility {
  const parsed = parseFacility(text);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  return parsed.value;
}

export async function openHome(
  given: {
    readonly file?: string;
    readonly at?: number;
    readonly checks?: true;
    /** An empty database of the newest schema; absent: SQLite in memory. */
    readonly open?: () => Promise<Db>;
    /** The process dies after so many commits of its loop; `restart` starts another. */
    readonly commits?: number;
  } = {},
): Promise<Home> {
  const { file = HOME_FILE, at = NIGHT, checks = false } = given;
  const random = () => 0.5;
  const clock = new FakeClock(at);
  const db = await (given.open ?? inMemory)();
  let facility = homeOf(file);
  const log = pino({ level: "silent" });
  const changes = new Bell(clock);
  const tokens = { tokenOf: (id: string) => createHash("sha256").update(id).digest("base64url") };
  let tellFrom = 0;
  let logFrom = 0;
  let commits = given.commits ?? Infinity;
  let service = await start();

  async function start() {
    const people: People = {
      facility(id) {
        if (id === POISONED) throw new Error("this one cannot be looked at");
        return id === HOME ? facility : undefined;
      },
      rules,
      tokens,
      steady: await openSteady(db, clock),
      wall: () => clock.wall(),
    };
    const committed = () => {
      commits -= 1;
      if (commits === 0) void service.loop.close();
      changes.ring();
    };
    const duty = openDuty({
      db,
      people,
      // Stories of other things have no duty checks in between.
      facilities: () => (checks ? [facility] : []),
      clock,
      committed,
      random,
      log,
    });
    const metrics = openEscalationMetrics(new Registry());
    const loop = openLoop({ ...people, db, clock, log, committed, also: duty, ...metrics });
    const woken = () => {
      loop.wake();
      changes.ring();
    };
    const actions = openActions({
      db,
      people,
      run: (draft) => Promise.resolve(home.gateway(draft)),
      committed: woken,
      changes,
      clock,
      roomKey: ROOM_KEY,
      duty: openDutyAnswers({ db, people, committed: woken }),
    });
    return { people, loop, actions };
  }

  async function record(told: Told): Promise<void> {
    const intake = alertIntake({ facility: HOME, event: FIRE, onset: NIGHT, ...told });
    const rule = RULES.find(({ id }) => id === intake.message.rule);
    const signal = rule?.class ?? "alarm";
    const intakes = [{ ...intake, message: { ...intake.message, class: signal } }];
    const times = { now: clock.wall(), nowSteady: service.people.steady.now() };
    await recordBurst(db, { intakes, rules, ...times });
    service.loop.wake();
    await service.loop.idle();
  }

  const home: Home = {
    db,
    clock,
    get actions() {
      return service.actions;
    },
    get loop() {
      return service.loop;
    },
    get dead() {
      return commits <= 0;
    },
    gateway: () => null,
    alarm: (told = {}) => record(told),
    clear: (told = {}) => record({ at: clock.wall(), ...told, phase: "cleared" }),
    async pass(seconds) {
      for (let second = 0; second < seconds; second += 1) {
        clock.advance(1_000);
        await service.loop.idle();
      }
    },
    async told() {
      await service.loop.idle();
      const rows = await db
        .selectFrom("deliveries")
        .select(["position", "person", "purpose", "created_at", "drill"])
        .where("position", ">", tellFrom)
        .orderBy("position")
        .execute();
      tellFrom = rows.at(-1)?.position ?? tellFrom;
      return rows.map(({ person, purpose, created_at, drill }) => {
        const seconds = Math.round((created_at - at) / 1000);
        return `${seconds} ${person} ${purpose}${drill === 1 ? " (drill)" : ""}`;
      });
    },
    async deliver() {
      const rows = await db
        .selectFrom("deliveries")
        .select(["id", "call"])
        .where("state", "=", "queued")
        .execute();
      for (const { id, call } of rows) {
        const set = { state: "sent", sent_at: clock.wall() } as const;
        await db.updateTable("deliveries").set(set).where("id", "=", id).execute();
        if (call === null) continue;
        await db.transaction().execute(async (tx) => {
          const logs = await openLogs(tx, [HOME], clock.wall());
          await callSent(tx, { id: call, at: clock.wall(), logs });
          await logs.flush();
        });
      }
    },
    async says(person, answer, code) {
      const { body } = await db
        .selectFrom("deliveries")
        .select("body")
        .where("person", "=", person)
        .where("body", "like", `%"${answer}"%`)
        .orderBy("position", "desc")
        .executeTakeFirstOrThrow();
      const told = JSON.parse(body) as { answer: { token: string } };
      const said = await service.actions.answer(told.answer.token, {
        answer,
        code,
        delivery: null,
      });
      await service.loop.idle();
      return said;
    },
    async does(person, action, incident = FIRE) {
      const member = facility.staff.find(({ id }) => id === person);
      const doer = { actor: `user:${person}`, person, role: member?.role ?? "manager" };
      const done = await service.actions.act(incident, doer, action);
      await service.loop.idle();
      return done;
    },
    async state(incident = FIRE) {
      const row = await db
        .selectFrom("incidents")
        .select("state")
        .where("id", "=", incident)
        .executeTakeFirst();
      return row?.state;
    },
    async log() {
      const rows = await db
        .selectFrom("ledger")
        .select(["position", "entry"])
        .orderBy("position")
        .execute();
      const verdict = verifyLedger(rows.map(({ entry }) => entry));
      if (verdict.finding !== null) throw new Error(verdict.finding.detail);
      const types = rows
        .filter(({ position }) => position > logFrom)
        .map(({ entry }) => (JSON.parse(entry) as { type: string }).type);
      logFrom = rows.at(-1)?.position ?? logFrom;
      return types.filter((type) => !/^(?:alert|incident|delivery)_|^call/.test(type));
    },
    async rewrite(text) {
      facility = homeOf(text);
      service.loop.facilitiesChanged();
      await service.loop.idle();
    },
    async restart() {
      await service.loop.close();
      commits = Infinity;
      service = await start();
      await service.loop.idle();
    },
    step: (seconds) => clock.stepWall(seconds * 1_000),
    async close() {
      await service.loop.close();
      await db.destroy();
    },
  };
  await service.loop.idle();
  return home;
}

async function inMemory(): Promise<Db> {
  const db = openSqlite(":memory:");
  await migrate(db, "sqlite");
  return db;
}

/** What a story expects: "55 head call" for each of them. */
export function each(
  seconds: number,
  purpose: Purpose,
  ...people: readonly string[]
): readonly string[] {
  return people.map((person) => `${seconds} ${person} ${purpose}`);
}
