import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TableNode } from "kysely";
import type { OperationNode } from "kysely";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { FakeClock } from "@anhu/core/time";
import { migrate } from "../store/migrations/index.ts";
import type { Db } from "../store/schema.ts";
import { openSqlite } from "../store/sqlite.ts";
import { T0 } from "../testing/alerts.ts";
import { until } from "../testing/broker.ts";
import { FACILITY } from "../testing/facility.ts";
import {
  facilityOf,
  noticeTo,
  PEOPLE_FILE,
  PlayedChannel,
  stagePeople,
} from "../testing/people.ts";
import type { PeopleStage } from "../testing/people.ts";
import type { Outcome } from "./channel.ts";
import { notify } from "./notify.ts";
import type { Queue } from "./queue.ts";
import { settle } from "./settle.ts";

const BUSY: Outcome = { result: "retry", reason: "target_busy", blame: "person" };
const GONE: Outcome = { result: "failed", reason: "target_gone", blame: "person" };

let folder: string;
let db: Db;
let clock: FakeClock;
let webhook: PlayedChannel;
let email: PlayedChannel;
let stage: PeopleStage;
let queue: Queue;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "anhu-queue-"));
  db = openSqlite(join(folder, "response.db"));
  await migrate(db, "sqlite");
  clock = new FakeClock(T0);
  webhook = new PlayedChannel("webhook");
  email = new PlayedChannel("email");
  stage = stagePeople(db, { channels: [webhook, email], clock });
  queue = await stage.open();
});

afterEach(async () => {
  await closing(queue);
  await db.destroy();
  rmSync(folder, { recursive: true });
});

/** The end waits for flights by the clock. */
async function closing(open: Queue): Promise<void> {
  let isOver = false;
  const over = open.close().finally(() => {
    isOver = true;
  });
  await until(() => {
    clock.advance(100);
    return isOver;
  });
  await over;
}

async function states(): Promise<string[]> {
  return (await stage.rows()).map(
    ({ person, channel, state, reason }) =>
      `${person} ${channel} ${state}${reason === null ? "" : ` ${reason}`}`,
  );
}

const WAIT = { interval: 20, timeout: 10_000 } as const;

/** Looks while time goes by. */
const passing = (look: () => unknown) => () => {
  clock.advance(250);
  return look();
};

async function incidents(): Promise<string[]> {
  const rows = await db.selectFrom("incidents").selectAll().orderBy("position").execute();
  return rows.map(({ id, state }) => `${id.replace(`${FACILITY}.`, "")} ${state}`);
}

describe("a delivery", () => {
  test("goes out at once, and is sent when the far end says so", async () => {
    const answer = Promise.withResolvers<Outcome>();
    webhook.answers = [answer.promise];
    await stage.tell(noticeTo("s-02"));
    await expect.poll(states, WAIT).toEqual(["s-02 webhook sending"]);
    answer.resolve({ result: "sent" });
    await expect.poll(states, WAIT).toEqual(["s-02 webhook sent"]);
    expect(webhook.sent[0]).toMatchObject({ address: "http://127.0.0.1:9102/phone", drill: false });
    expect((await stage.rows())[0]).toMatchObject({ attempts: 1, sent_at: T0 });
  });

  test("is tried again with growing pauses, and given up after seven tries", async () => {
    webhook.always = BUSY;
    await stage.tell(noticeTo("s-02"));
    const pauses: number[] = [];
    for (let tries = 1; tries < 7; tries += 1) {
      await expect.poll(states, WAIT).toEqual(["s-02 webhook queued target_busy"]);
      await until(() => webhook.sent.length === tries);
      const before = clock.monotonic();
      await until(() => {
        clock.advance(500);
        return webhook.sent.length > tries;
      });
      pauses.push(clock.monotonic() - before);
    }
    await expect.poll(states, WAIT).toEqual(["s-02 webhook failed target_busy"]);
    expect(webhook.sent).toHaveLength(7);
    expect(new Set(webhook.sent.map(({ id }) => id)).size).toBe(1);
    const [first = 0, , , , , last = 0] = pauses;
    expect(first).toBeGreaterThanOrEqual(500);
    expect(last).toBeGreaterThanOrEqual(16_000);
  });

  test("waits as long as the far end asks, but not for ever", async () => {
    webhook.answers = [
      { ...BUSY, afterMs: 10_000 },
      { ...BUSY, afterMs: 86_400_000 },
    ];
    await stage.tell(noticeTo("s-02"));
    await until(() => webhook.sent.length === 1);
    await expect.poll(states, WAIT).toEqual(["s-02 webhook queued target_busy"]);
    expect((await stage.rows())[0]?.next_steady).toBe(10_000);
    clock.advance(10_000);
    await until(() => webhook.sent.length === 2);
    await expect.poll(states, WAIT).toEqual(["s-02 webhook queued target_busy"]);
    expect((await stage.rows())[0]?.next_steady).toBe(40_000);
  });

  test("to an address that the facility file does not have any more is failed", async () => {
    await db.insertInto("deliveries").values(rowTo("s-09")).execute();
    stage.changes.ring();
    await expect.poll(states, WAIT).toEqual(["s-09 webhook failed no_address"]);
  });
});

describe("channels of a person", () => {
  test("are all tried at once when it is critical", async () => {
    await stage.tell(noticeTo("s-01"));
    await expect.poll(states, WAIT).toEqual(["s-01 webhook sent", "s-01 email sent"]);
  });

  test("are tried one after the other when it is not, and those behind a success are not needed", async () => {
    await stage.tell(noticeTo("s-01", { severity: "high" }));
    await expect
      .poll(states, WAIT)
      .toEqual(["s-01 webhook sent", "s-01 email cancelled not_needed"]);
    expect(email.sent).toEqual([]);
  });

  test("go to the next when one is refused", async () => {
    webhook.always = GONE;
    await stage.tell(noticeTo("s-01", { severity: "high" }));
    await expect.poll(states, WAIT).toEqual(["s-01 webhook failed target_gone", "s-01 email sent"]);
  });

  test("go to the next after two tries in vain, while the first goes on", async () => {
    webhook.always = BUSY;
    await stage.tell(noticeTo("s-01", { severity: "high" }));
    await until(() => webhook.sent.length === 1);
    await expect.poll(states, WAIT).toEqual(["s-01 webhook queued target_busy", "s-01 email held"]);
    clock.advance(600);
    await expect.poll(states, WAIT).toEqual(["s-01 webhook queued target_busy", "s-01 email sent"]);
    webhook.always = { result: "sent" };
    clock.advance(2_000);
    await expect.poll(states, WAIT).toEqual(["s-01 webhook sent", "s-01 email sent"]);
  });
});

describe("the order", () => {
  test("is graver first, then older", async () => {
    const stuck = Promise.withResolvers<Outcome>();
    webhook.answers = [stuck.promise, stuck.promise];
    const low = { severity: "low" } as const;
    await stage.tell(noticeTo("s-02", low), noticeTo("s-02", low));
    await until(() => webhook.sent.length === 2);
    await stage.tell(noticeTo("s-02", { ...low, role: "first" }));
    await stage.tell(noticeTo("s-02", { severity: "high", role: "graver" }));
    stuck.resolve({ result: "sent" });
    await until(() => webhook.sent.length === 4);
    expect(webhook.sent.map(({ role }) => role).slice(2)).toEqual(["graver", "first"]);
  });

  test("does not matter to a critical one: slots are kept for it", async () => {
    webhook.always = BUSY;
    const hangs = new Promise<Outcome>(() => {});
    webhook.answers = [hangs, hangs];
    await stage.tell(noticeTo("s-02", { severity: "low" }), noticeTo("s-02", { severity: "low" }));
    await until(() => webhook.sent.length === 2);
    webhook.always = { result: "sent" };
    await stage.tell(noticeTo("s-02", { severity: "low" }));
    await stage.tell(noticeTo("s-02"));
    await expect
      .poll(states, WAIT)
      .toEqual([
        "s-02 webhook sending",
        "s-02 webhook sending",
        "s-02 webhook queued",
        "s-02 webhook sent",
      ]);
  });

  test("of others is not held up by a far end that hangs", async () => {
    webhook.answers = Array.from({ length: 4 }, () => new Promise<Outcome>(() => {}));
    await stage.tell(...Array.from({ length: 12 }, () => noticeTo("s-02")));
    await until(() => webhook.sent.length === 4);
    await stage.tell(noticeTo("s-01"));
    await expect
      .poll(async () => (await states()).slice(-2), WAIT)
      .toEqual(["s-01 webhook sent", "s-01 email sent"]);
  });
});

test("more than one look sees, all to a far end that hangs, do not hide what goes elsewhere", async () => {
  await closing(queue);
  const crowd = Array.from({ length: 130 }, (_, n) => `w-${n}`);
  const staff = crowd.map(
    (id) =>
      `  - { id: ${id}, role: carer, channels: [ { webhook: "http://127.0.0.1:9102/phone" } ] }`,
  );
  const facility = facilityOf(PEOPLE_FILE.replace("staff:", `staff:\n${staff.join("\n")}`));
  const over = Promise.withResolvers<Outcome>();
  webhook.answers = Array.from({ length: 64 }, () => over.promise);
  await db.transaction().execute(async (tx) => {
    for (const person of crowd.flatMap((one) => [one, one, one, one])) {
      await notify(tx, noticeTo(person), { facility, now: T0 });
    }
    await notify(tx, noticeTo("s-03"), { facility, now: T0 });
  });
  const large = stagePeople(db, { channels: [webhook, email], clock, facility: () => facility });
  queue = await large.open();
  await until(() => email.sent.length === 1);
  expect(webhook.sent).toHaveLength(16);
  over.resolve({ result: "sent" });
});

test("an outcome takes the facility's log before the delivery, as a receipt does: neither can wait for the other", async () => {
  const touched: string[] = [];
  const seen = db.withPlugin({
    transformQuery({ node }) {
      if (node.kind === "InsertQueryNode") touched.push(`insert ${tableOf(node.into)}`);
      if (node.kind === "UpdateQueryNode") touched.push(`update ${tableOf(node.table)}`);
      return node;
    },
    transformResult: ({ result }) => Promise.resolve(result),
  });
  await closing(queue);
  await stage.tell({ ...noticeTo("s-02"), purpose: "test_call" });
  for (const outcome of [BUSY, GONE] as const) {
    const [row] = await db
      .updateTable("deliveries")
      .set({ state: "sending" })
      .returningAll()
      .execute();
    if (row === undefined) throw new Error("no delivery");
    const settlement = { row, kind: "webhook", outcome, now: T0, nowSteady: 0, random: 0 };
    const hooks = { callSent: () => Promise.resolve(), recordAlert: () => Promise.resolve() };
    touched.length = 0;
    await seen.transaction().execute((tx) => settle(tx, settlement, hooks));
    expect(touched[0]).toBe("insert ledger_heads");
    expect(touched).toContain("update deliveries");
  }
  queue = await stage.open();
});

describe("a burst", () => {
  test("of more than five becomes one message, and each stays on record", async () => {
    const notices = Array.from({ length: 7 }, (_, n) =>
      noticeTo("s-02", {
        purpose: "update",
        severity: n === 3 ? "high" : "medium",
        title: { zh: `消息${n}`, en: `Message ${n}` },
      }),
    );
    await stage.tell(...notices);
    await until(() => webhook.sent.length === 1);
    const [summary] = webhook.sent;
    expect(summary).toMatchObject({
      purpose: "summary",
      severity: "high",
      told: { title: { zh: "7条消息", en: "7 messages" }, items: { length: 7 } },
    });
    expect(summary?.told.items?.[0]?.title.en).toBe("Message 3");
    await until(async () => (await states()).at(-1) === "s-02 webhook sent");
    const rows = await stage.rows();
    expect(rows.slice(0, 7).map(({ state }) => state)).toEqual(Array(7).fill("summarised"));
    expect(rows.slice(0, 7).map((row) => row.summary)).toEqual(Array(7).fill(summary?.id));
    expect(rows.slice(0, 7).map(({ sent_at }) => sent_at)).toEqual(Array(7).fill(T0));
  });

  test("of drills says so in its own title; one real message among them makes it real", async () => {
    const update = { purpose: "update", severity: "medium", drill: true } as const;
    const drills = Array.from({ length: 6 }, () => noticeTo("s-02", update));
    await stage.tell(...drills);
    await until(() => webhook.sent.length === 1);
    expect(webhook.sent[0]).toMatchObject({
      drill: true,
      told: { title: { zh: "【演练】6条消息", en: "[DRILL] 6 messages" } },
    });
    await stage.tell(...drills, noticeTo("s-02", { ...update, drill: false }));
    await until(() => webhook.sent.length === 2);
    expect(webhook.sent[1]).toMatchObject({
      drill: false,
      told: { title: { zh: "7条消息", en: "7 messages" } },
    });
  });

  test("of critical ones is told one by one", async () => {
    await stage.tell(...Array.from({ length: 7 }, () => noticeTo("s-02")));
    await until(() => webhook.sent.length === 7);
    expect(webhook.sent.map(({ purpose }) => purpose)).not.toContain("summary");
  });

  test("that fails lets the next channel of each go", async () => {
    webhook.always = GONE;
    await stage.tell(...Array.from({ length: 6 }, () => noticeTo("s-01", { severity: "medium" })));
    await until(() => email.sent.length === 1);
    expect(email.sent[0]).toMatchObject({ purpose: "summary", told: { items: { length: 6 } } });
  });
});

describe("what is not needed any more", () => {
  const fire = `${FACILITY}.fire.all.${T0}`;

  async function burn(state: "raised" | "resolved" | "acknowledged"): Promise<void> {
    await db
      .insertInto("incidents")
      .values({
        id: fire,
        facility: FACILITY,
        state,
        drill: 0,
        opened_at: T0,
        last_onset: T0,
        scope: "x",
        received_at: T0,
        changed_at: T0,
        cause: null,
        closed_by: null,
        lead_alert: "a",
        lead_onset: T0,
        rule: "smoke-alarm",
        kind: "fire",
        class: "alarm",
        severity: "critical",
        room: "r302",
      })
      .execute();
  }

  test("a call to an incident that is over is cancelled, that it is over is told", async () => {
    await burn("resolved");
    await stage.tell(
      noticeTo("s-01", { incident: fire, severity: "high" }),
      noticeTo("s-02", { incident: fire, purpose: "stand_down" }),
    );
    await expect
      .poll(states, WAIT)
      .toEqual([
        "s-01 webhook cancelled incident_over",
        "s-01 email cancelled incident_over",
        "s-02 webhook sent",
      ]);
  });

  test("that nobody has answered is not said once somebody has", async () => {
    await burn("acknowledged");
    await stage.tell(noticeTo("s-02", { incident: fire, purpose: "unanswered" }));
    await expect.poll(states, WAIT).toEqual(["s-02 webhook cancelled answered"]);
  });

  test("a question about the present is not asked after five minutes", async () => {
    await closing(queue);
    await stage.tell(noticeTo("s-02", { purpose: "duty_check" }));
    clock.advance(300_001);
    queue = await stage.open();
    await expect.poll(states, WAIT).toEqual(["s-02 webhook cancelled too_late"]);
  });
});

describe("a channel that fails", () => {
  test("is a trouble of its own, once, that ends with the next success", async () => {
    webhook.always = GONE;
    await stage.tell(noticeTo("s-02"), noticeTo("s-02"));
    await until(async () => (await incidents()).length === 1);
    expect(await incidents()).toEqual([`channel-failed.webhook.${T0} raised`]);
    webhook.always = { result: "sent" };
    await stage.tell(noticeTo("s-02"));
    await until(async () => (await incidents())[0]?.endsWith("resolved") === true);
    webhook.always = GONE;
    await stage.tell(noticeTo("s-02"));
    await until(async () => (await incidents()).length === 2);
    expect((await incidents())[1]).toBe(`channel-failed.webhook.${T0 + 1} raised`);
  });

  test("for everybody is one trouble, however many mails", async () => {
    email.always = { result: "failed", reason: "mail_login_refused", blame: "channel" };
    await stage.tell(noticeTo("s-03"), noticeTo("s-01"), noticeTo("s-03"));
    await until(async () => (await states()).filter((one) => one.includes("failed")).length === 3);
    const alerts = await db.selectFrom("alerts").select("device").execute();
    expect(alerts).toEqual([{ device: "channel-email" }]);
  });

  test("for two people is one incident of two alerts", async () => {
    webhook.always = GONE;
    for (const person of ["s-01", "s-02"]) {
      const before = (await db.selectFrom("alerts").selectAll().execute()).length;
      await stage.tell(noticeTo(person));
      await until(
        async () => (await db.selectFrom("alerts").selectAll().execute()).length > before,
      );
      clock.advance(60_000);
    }
    expect(await incidents()).toHaveLength(1);
  });

  test("does not raise a trouble about the telling of it: that goes by the other channels", async () => {
    webhook.always = GONE;
    await stage.tell(noticeTo("s-02"));
    await until(async () => (await incidents()).length === 1);
    const incident = `${FACILITY}.channel-failed.webhook.${T0}`;
    await stage.tell(noticeTo("s-02", { incident }), noticeTo("s-01", { incident }));
    await expect
      .poll(states, WAIT)
      .toEqual([
        "s-02 webhook failed target_gone",
        "s-02 none failed no_channel",
        "s-01 webhook failed target_gone",
        "s-01 email sent",
      ]);
    expect(await incidents()).toHaveLength(1);
  });

  test("because nobody has the page open is no trouble", async () => {
    webhook.always = { result: "failed", reason: "not_connected", blame: "nobody" };
    await stage.tell(noticeTo("s-02"));
    await expect.poll(states, WAIT).toEqual(["s-02 webhook failed not_connected"]);
    expect(await incidents()).toEqual([]);
  });
});

describe("a process that ends", () => {
  /** As after kill -9: nothing of the old queue runs on, and the file is opened anew. */
  async function killed(): Promise<void> {
    const old = db;
    await closing(queue);
    await old.destroy();
    db = openSqlite(join(folder, "response.db"));
    stage = stagePeople(db, { channels: [webhook, email], clock });
    queue = await stage.open();
  }

  test("before anything was handed over loses nothing", async () => {
    await closing(queue);
    await stage.tell(noticeTo("s-01"));
    await killed();
    await expect.poll(states, WAIT).toEqual(["s-01 webhook sent", "s-01 email sent"]);
  });

  test("while it was handed over sends it again, under the same id", async () => {
    const hangs = Promise.withResolvers<Outcome>();
    webhook.answers = [hangs.promise];
    await stage.tell(noticeTo("s-02"));
    await expect.poll(states, WAIT).toEqual(["s-02 webhook sending"]);
    await killed();
    await expect.poll(states, WAIT).toEqual(["s-02 webhook sent"]);
    expect(webhook.sent).toHaveLength(2);
    expect(new Set(webhook.sent.map(({ id }) => id)).size).toBe(1);
    expect((await stage.rows())[0]).toMatchObject({ attempts: 2 });
  });

  test("between two tries keeps the time of the next", async () => {
    webhook.answers = [BUSY];
    await stage.tell(noticeTo("s-02"));
    await expect.poll(states, WAIT).toEqual(["s-02 webhook queued target_busy"]);
    await killed();
    expect((await stage.rows())[0]).toMatchObject({ state: "queued", next_steady: 500 });
    await expect.poll(passing(states), WAIT).toEqual(["s-02 webhook sent"]);
  });

  test("again and again still lets the next channel go", async () => {
    webhook.always = BUSY;
    await stage.tell(noticeTo("s-01", { severity: "high" }));
    for (let kills = 0; kills < 4; kills += 1) {
      await expect
        .poll(
          passing(() => webhook.sent.length),
          WAIT,
        )
        .toBeGreaterThan(kills);
      await killed();
    }
    await expect.poll(() => email.sent.length, WAIT).toBe(1);
  });
});

test("a database that fails for a while delays a message, and neither loses nor doubles it", async () => {
  const real = db.transaction.bind(db);
  let failures = 3;
  db.transaction = () => {
    if (failures > 0) {
      failures -= 1;
      throw new Error("disk full");
    }
    return real();
  };
  await db.insertInto("deliveries").values(rowTo("s-02")).execute();
  stage.changes.ring();
  await expect.poll(passing(states), WAIT).toEqual(["s-02 webhook sent"]);
  expect(webhook.sent).toHaveLength(1);
});

function rowTo(person: string) {
  return {
    id: "d-1",
    facility: FACILITY,
    incident: null,
    call: null,
    notice: "n-1",
    person,
    role: "nurse",
    channel: "webhook",
    purpose: "call",
    state: "queued",
    reason: null,
    severity: "critical",
    drill: 0,
    attempts: 0,
    created_at: T0,
    changed_at: T0,
    sent_at: null,
    delivered_at: null,
    next_steady: null,
    body: JSON.stringify({ title: {}, text: {}, answer: null, incident: null, coming: [] }),
  } as const;
}

function tableOf(node: OperationNode | undefined): string {
  if (node === undefined) return "";
  return TableNode.is(node) ? node.table.identifier.name : "";
}
