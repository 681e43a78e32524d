/** A process that is killed between any two steps: nothing is lost, and a far end that is told again sees the same id. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { systemClock } from "@anhu/core/time";
import { migrate } from "../store/migrations/index.ts";
import type { Db } from "../store/schema.ts";
import { openSqlite } from "../store/sqlite.ts";
import { until } from "../testing/broker.ts";
import { noticeTo, PlayedChannel, stagePeople } from "../testing/people.ts";
import type { Delivery, Outcome } from "./channel.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "anhu-killed-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** One life of the process: from its death on it writes nothing and tells nobody. */
interface Life {
  dead: boolean;
}

/** Dies at its transaction number `at`: before it begins, or once it is on the disk. */
function mortal(db: Db, life: Life, { at, when }: { at: number; when: "before" | "after" }): Db {
  const begin = db.transaction.bind(db);
  let n = 0;
  db.transaction = () => {
    n += 1;
    const mine = n;
    const builder = begin();
    const execute = builder.execute.bind(builder);
    builder.execute = async (work) => {
      if (life.dead || (mine === at && when === "before")) return die();
      const result = await execute(work);
      if (mine === at) return die();
      return result;
    };
    return builder;
  };
  return db;

  function die(): never {
    life.dead = true;
    throw new Error("killed");
  }
}

/** A channel whose far end outlives the process. */
class Lasting extends PlayedChannel {
  life: Life = { dead: false };

  override send(delivery: Delivery): Promise<Outcome> {
    return this.life.dead ? new Promise(() => {}) : super.send(delivery);
  }
}

const REFUSED: Outcome = { result: "failed", reason: "target_gone", blame: "person" };

const POINTS = [1, 2, 3, 4, 5, 6].flatMap((at) =>
  (["before", "after"] as const).map((when) => ({ at, when })),
);

test.each(POINTS)(
  "killed $when transaction $at of a refusal and its next channel",
  async (point) => {
    const path = join(folder, "response.db");
    const webhook = new Lasting("webhook");
    const email = new Lasting("email");
    webhook.always = REFUSED;
    const clock = systemClock();
    const channels = [webhook, email];

    const first = openSqlite(path);
    await migrate(first, "sqlite");
    const teller = stagePeople(first, { channels, clock });
    await teller.tell(noticeTo("s-01", { severity: "high" }), noticeTo("s-02"));

    const life: Life = { dead: false };
    for (const channel of channels) channel.life = life;
    const killed = await stagePeople(mortal(openSqlite(path), life, point), {
      channels,
      clock,
    }).open();
    // Some points lie behind the last step: then it just ends.
    const over = async () => (await teller.rows()).every(({ state }) => /sent|failed/.test(state));
    await until(async () => life.dead || (await over()));
    life.dead = true;
    void killed.close();

    for (const channel of channels) channel.life = { dead: false };
    const second = openSqlite(path);
    const again = await stagePeople(second, { channels, clock }).open();
    await until(over);
    await again.close();

    const rows = await teller.rows();
    expect(rows.map(({ person, channel, state }) => `${person} ${channel} ${state}`)).toEqual([
      "s-01 webhook failed",
      "s-01 email sent",
      "s-02 webhook failed",
    ]);
    const idOf = (person: string, channel: string) =>
      rows.find((row) => row.person === person && row.channel === channel)?.id;
    expect(new Set(webhook.sent.map(({ id }) => id))).toEqual(
      new Set([idOf("s-01", "webhook"), idOf("s-02", "webhook")]),
    );
    expect(new Set(email.sent.map(({ id }) => id))).toEqual(new Set([idOf("s-01", "email")]));
    // Told once more at most: what was in flight, or answered and not yet written.
    expect(webhook.sent.length).toBeLessThanOrEqual(4);
    const incidents = await second.selectFrom("incidents").select("id").execute();
    expect(incidents).toHaveLength(1);
    await second.destroy();
    await first.destroy();
  },
);
