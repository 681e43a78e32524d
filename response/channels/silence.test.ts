/** What must never be in the log: the addresses of people, the tokens of their answers, what webhooks are signed with, passwords. */
import { Writable } from "node:stream";
import { pino } from "pino";
import { afterEach, beforeEach, expect, test } from "vitest";
import { systemClock } from "@anhu/core/time";
import { migrate } from "../store/migrations/index.ts";
import type { Db } from "../store/schema.ts";
import { openSqlite } from "../store/sqlite.ts";
import { until } from "../testing/broker.ts";
import { openFarHttp, status } from "../testing/far-http.ts";
import type { FarHttp } from "../testing/far-http.ts";
import { openFarSmtp } from "../testing/far-smtp.ts";
import type { FarSmtp } from "../testing/far-smtp.ts";
import { FACILITY } from "../testing/facility.ts";
import { facilityOf, noticeTo, PEOPLE_FILE, stagePeople } from "../testing/people.ts";
import { openEmail } from "./email/channel.ts";
import type { Queue } from "./queue.ts";
import { openWebhook } from "./webhook/channel.ts";

const SECRET = `whsec_${Buffer.alloc(32, 9).toString("base64")}`;

let db: Db;
let far: FarHttp;
let smtp: FarSmtp;
let queue: Queue;
let written = "";

beforeEach(async () => {
  db = openSqlite(":memory:");
  await migrate(db, "sqlite");
  far = await openFarHttp();
  smtp = await openFarSmtp();
});
afterEach(async () => {
  await queue.close();
  await far.close();
  await smtp.close();
  await db.destroy();
});

test("nothing of a person's address, token or secret is logged, whatever the far ends say", async () => {
  const clock = systemClock();
  const into = new Writable({
    write(chunk: Buffer, _encoding, done) {
      written += chunk.toString();
      done();
    },
  });
  const log = pino({ level: "trace" }, into);
  const at = `127.0.0.1:${far.port}`;
  const facility = facilityOf(
    PEOPLE_FILE.replaceAll("127.0.0.1:9101", at).replaceAll("127.0.0.1:9102", at),
  );
  const answers = [
    status(500, { "x-echo": "/phone" }),
    status(302, { location: "/phone" }),
    status(404),
  ];
  far.answer = (reply) => (answers.shift() ?? status(204))(reply);
  smtp.answers.set("RCPT", "550 5.1.1 s-03@example.com unknown, token-of-s");
  const stage = stagePeople(db, {
    clock,
    log,
    facility: (id) => (id === FACILITY ? facility : undefined),
    channels: [
      openWebhook({
        allow: [new URL(`http://${at}/`)],
        secrets: { get: () => SECRET },
        answerUrl: ({ token }) => `http://127.0.0.1:8080/api/v1/answers/${token}`,
        clock,
      }),
      openEmail({
        config: {
          host: "127.0.0.1",
          port: smtp.port,
          tls: "none",
          user: "anhu",
          password: "smtp-pw",
          from: "a@b",
        },
        answerPage: ({ token }) => `http://127.0.0.1:8080/#/answer/${token}`,
        languageOf: () => Promise.resolve("zh"),
        timezoneOf: () => "UTC",
        clock,
      }),
    ],
  });
  queue = await stage.open();
  await stage.tell(noticeTo("s-01"), noticeTo("s-02"), noticeTo("s-03"), noticeTo("s-02"));
  await until(async () =>
    (await stage.rows()).every(({ state }) => state === "sent" || state === "failed"),
  );
  expect(written).toContain("delivery failed");
  expect(written).toContain("delivery retried");
  for (const secret of [
    at,
    "/phone",
    "example.com",
    "token-of-s",
    SECRET,
    SECRET.slice(6),
    "smtp-pw",
  ]) {
    expect(written).not.toContain(secret);
  }
});
