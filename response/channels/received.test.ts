/** A phone that shows a call, or answers it, has got it, whatever became of our request to its far end. */
import type { Updateable } from "kysely";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { homeOf, NIGHT, openHome } from "../escalation/story.ts";
import type { Home } from "../escalation/story.ts";
import type { DeliveriesTable } from "../store/schema.ts";
import { until } from "../testing/broker.ts";
import { HOME_FILE } from "../testing/home.ts";
import { PlayedChannel, stagePeople } from "../testing/people.ts";
import type { PeopleStage } from "../testing/people.ts";
import type { Outcome } from "./channel.ts";
import type { Queue } from "./queue.ts";

const LATE: Outcome = { result: "retry", reason: "target_timeout", blame: "person" };
const GONE: Outcome = { result: "failed", reason: "target_gone", blame: "person" };
/** Told by one channel after the other, unlike a fire. */
const FALL = { rule: "fall", device: "pendant-1", severity: "high" } as const;
/** The nearest carer has a webhook and then e-mail; of the others nobody is asked. */
const FILE = HOME_FILE.replace('/c" }]', '/c" }, { email: c@example.com }]').replaceAll(
  "duty_room: [duty-1]",
  "duty_room: []",
);

let home: Home;
let webhook: PlayedChannel;
let email: PlayedChannel;
let stage: PeopleStage;
let queue: Queue;

beforeEach(async () => {
  home = await openHome({ file: FILE });
  webhook = new PlayedChannel("webhook");
  email = new PlayedChannel("email");
  webhook.always = LATE;
  email.always = LATE;
  const facility = homeOf(FILE);
  stage = stagePeople(home.db, {
    channels: [webhook, email],
    clock: home.clock,
    facility: () => facility,
  });
  queue = await stage.open();
});
afterEach(async () => {
  let isOver = false;
  const over = queue.close().finally(() => {
    isOver = true;
  });
  await until(() => {
    home.clock.advance(100);
    return isOver;
  });
  await over;
  await home.close();
});

describe("a far end that takes our request and answers too late", () => {
  test("has got the call when the phone shows it: delivered, notified, and not tried again", async () => {
    await home.alarm({ drill: true });
    await tried(1);
    const before = await home.state();
    await answer("shown");
    expect([before, await home.state()]).toEqual(["raised", "notified"]);
    expect((await rows())[0]).toMatchObject({
      state: "delivered",
      sent_at: NIGHT,
      delivered_at: NIGHT,
    });
    expect(await types()).toEqual(["delivery_shown", "call_sent", "incident_notified"]);
    const call = await home.db.selectFrom("calls").selectAll().executeTakeFirstOrThrow();
    expect(call).toMatchObject({ sent_at: NIGHT, delivered_at: NIGHT, answer: null });
    await waits(40);
    const [first] = await rows();
    expect(webhook.sent.filter(({ id }) => id === first?.id)).toHaveLength(1);
  });

  test("has got it when the person answers, and says so once", async () => {
    await home.alarm({ drill: true });
    await tried(1);
    await answer("cannot_come");
    expect(await home.state()).toBe("notified");
    expect((await rows())[0]).toMatchObject({ state: "delivered", reason: null });
    await answer("shown");
    await answer("cannot_come");
    expect(await types()).toEqual(["delivery_shown", "call_sent", "incident_notified", "answered"]);
  });

  test("has got it while our request still waits: its failure then changes nothing", async () => {
    const hangs = Promise.withResolvers<Outcome>();
    webhook.answers = [LATE, hangs.promise];
    await home.alarm(FALL);
    await tried(1);
    await waits(1);
    await until(() => webhook.sent.length === 2);
    await answer("shown");
    hangs.resolve(LATE);
    await waits(5);
    expect(await states()).toEqual(["webhook delivered", "email cancelled not_needed"]);
    expect(email.sent).toEqual([]);
  });

  test("spares the person's further channel, also one that was let go and has not been tried", async () => {
    await home.alarm(FALL);
    await tried(1);
    const [, second] = await rows();
    const letGo = { state: "queued", next_steady: NIGHT + 60_000 } as const;
    await home.db
      .updateTable("deliveries")
      .set(letGo)
      .where("id", "=", second?.id ?? "")
      .execute();
    await answer("shown");
    await waits(5);
    expect(await states()).toEqual(["webhook delivered", "email cancelled not_needed"]);
    expect([webhook.sent.length, email.sent.length]).toEqual([1, 0]);
  });

  test("is in trouble no more, as after an answer of its own", async () => {
    webhook.always = GONE;
    await home.alarm(FALL);
    stage.changes.ring();
    const troubles = async () =>
      (await home.db.selectFrom("alerts").selectAll().execute())
        .filter(({ rule }) => rule === "channel-failed")
        .map(({ device, cleared_at }) => `${device} ${cleared_at === null ? "stands" : "is over"}`);
    await until(async () => (await troubles()).length === 1);
    expect(await troubles()).toEqual(["channel-webhook-c-302 stands"]);
    await answer("shown");
    expect(await troubles()).toEqual(["channel-webhook-c-302 is over"]);
  });
});

test("an answer whose address names no delivery makes the call sent, and no delivery delivered", async () => {
  await home.alarm({ drill: true });
  await tried(1);
  await answer("cannot_come", null);
  expect(await home.state()).toBe("notified");
  expect(await states()).not.toContain("webhook delivered");
});

test("an address that names somebody else's delivery is no receipt of it", async () => {
  await home.alarm({ drill: true });
  await home.pass(8);
  await tried(2);
  const all = await home.db.selectFrom("deliveries").selectAll().execute();
  const other = all.find(({ person }) => person === "c-306");
  await answer("shown", other?.id ?? "");
  const after = await home.db.selectFrom("deliveries").selectAll().execute();
  expect(after.filter(({ state }) => state === "delivered")).toEqual([]);
  expect(await home.state()).toBe("notified");
});

test("a list that is shown spares no further channel of a message in it that goes to all at once", async () => {
  await home.alarm({ drill: true });
  await tried(1);
  const [first, second] = await stage.rows();
  if (first === undefined || second === undefined) throw new Error("nobody was called");
  const { position, ...member } = first;
  expect(position).toBeLessThan(second.position);
  const about = { purpose: "summary", severity: "high", incident: null, call: null } as const;
  const list = { ...member, ...about, id: "list", notice: "list", state: "sent" } as const;
  await home.db.insertInto("deliveries").values(list).execute();
  const set = (id: string, to: Updateable<DeliveriesTable>) =>
    home.db.updateTable("deliveries").set(to).where("id", "=", id).execute();
  await set(first.id, { state: "summarised", summary: "list", next_steady: null });
  await set(second.id, { state: "queued", next_steady: NIGHT + 60_000 });
  await home.actions.shown(list);
  expect((await states())[1]).toMatch(/^email queued/);
  await set(second.id, { severity: "high" });
  await set(first.id, { severity: "high" });
  await set("list", { state: "sent" });
  await home.actions.shown(list);
  expect((await states())[1]).toBe("email cancelled not_needed");
});

test("what was never handed over has not been shown", async () => {
  await home.alarm({ drill: true });
  await tried(1);
  const [, second] = await rows();
  await home.db
    .updateTable("deliveries")
    .set({ state: "queued", attempts: 0, next_steady: NIGHT + 60_000 })
    .where("id", "=", second?.id ?? "")
    .execute();
  await answer("shown", second?.id ?? "");
  expect((await states())[1]).toMatch(/^email queued/);
});

async function rows() {
  return (await stage.rows()).filter(
    ({ person, purpose }) => person === "c-302" && purpose === "call",
  );
}

async function states(): Promise<readonly string[]> {
  return (await rows()).map(({ channel, state, reason }) =>
    [channel, state, ...(reason === null ? [] : [reason])].join(" "),
  );
}

/** The webhook has been tried so often, and what came of it is written. */
async function tried(times: number): Promise<void> {
  stage.changes.ring();
  await until(() => webhook.sent.length >= times);
  await until(async () => !(await states()).includes("webhook sending") || times > 1);
}

async function waits(seconds: number): Promise<void> {
  for (let n = 0; n < seconds * 2; n += 1) {
    home.clock.advance(500);
    await new Promise((resolve) => setImmediate(resolve));
    await home.loop.idle();
  }
}

/** By the address of the first call to c-302. */
async function answer(
  said: "shown" | "coming" | "cannot_come",
  delivery?: string | null,
): Promise<void> {
  const [row] = await rows();
  const { answer: to } = JSON.parse(row?.body ?? "") as { answer: { token: string } };
  const about = { answer: said, code: undefined };
  await home.actions.answer(to.token, {
    ...about,
    delivery: delivery === undefined ? (row?.id ?? "") : delivery,
  });
  await home.loop.idle();
}

/** Entries of the incident's own log, without alerts and the calls that began. */
async function types(): Promise<readonly string[]> {
  const entries = await home.db.selectFrom("ledger").select("entry").orderBy("position").execute();
  return entries
    .map(({ entry }) => (JSON.parse(entry) as { type: string }).type)
    .filter((type) => !/^alert_|^called$|opened|tier_empty|prompt/.test(type));
}
