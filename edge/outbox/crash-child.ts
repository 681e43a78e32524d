/** Commits without end and prints the number of each commit that was answered; its parent (outbox.test.ts) kills it. */
import { systemClock } from "@anhu/core/time";
import { pino } from "pino";
import { alert, batch, commitOf } from "./fixtures.ts";
import { openOutbox } from "./outbox.ts";

const { FOLDER = "", FROM = "1" } = process.env;
const options = {
  folder: FOLDER,
  boot: FROM,
  maxBytes: 64 * 1024 * 1024,
  reserveBytes: 256 * 1024,
};
const outbox = openOutbox(options, { clock: systemClock(), log: pino({ enabled: false }) });

async function commit(n: number): Promise<void> {
  const { durable } = await outbox.commit(
    commitOf({
      batches: [batch(n)],
      alerts: [alert(n)],
      slots: [["last", String(n)]],
      lastStamp: n,
    }),
  );
  if (durable) process.stdout.write(`${n}\n`);
}

for (let n = Number(FROM); n < Number(FROM) + 100_000; n += 4) {
  await Promise.all([commit(n), commit(n + 1), commit(n + 2), commit(n + 3)]);
}
