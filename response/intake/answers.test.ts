import { pino } from "pino";
import { expect, test } from "vitest";
import { FakeClock } from "@anhu/core/time";
import { T0 } from "../testing/alerts.ts";
import type { DueAck } from "../store/acks.ts";
import { openAnswers } from "./answers.ts";

function row(id: number, rest: Partial<DueAck> = {}): DueAck {
  return { id, facility: "f1", gateway: "gw1", boot: "b1", seq: id, code: null, ...rest };
}

function setUp(rows: DueAck[]) {
  const clock = new FakeClock(T0);
  const said = { published: [] as [string, unknown][], refuse: false };
  let due = rows;
  const answers = openAnswers({
    due: (limit) => Promise.resolve(due.slice(0, limit)),
    drop(ids) {
      due = due.filter(({ id }) => !ids.includes(id));
      return Promise.resolve();
    },
    publish(topic, payload) {
      if (said.refuse) return Promise.reject(new Error("offline"));
      said.published.push([topic, JSON.parse(payload)]);
      return Promise.resolve();
    },
    clock,
    log: pino({ level: "silent" }),
  });
  return { clock, said, answers, due: () => due };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

test("answers go out together per gateway and boot, and are forgotten once the broker has them", async () => {
  const { answers, said, due } = setUp([
    row(1),
    row(2, { gateway: "gw2" }),
    row(3, { code: "bad_shape" }),
    row(4),
  ]);
  answers.wake();
  await settle();
  expect(said.published).toEqual([
    [
      "anhu/v1/f1/gw1/ack",
      {
        v: 1,
        kind: "alerts",
        boot: "b1",
        stored: [1, 4],
        refused: [{ seq: 3, code: "bad_shape", lines: [] }],
      },
    ],
    ["anhu/v1/f1/gw2/ack", { v: 1, kind: "alerts", boot: "b1", stored: [2], refused: [] }],
  ]);
  expect(due()).toEqual([]);
});

test("an answer that the broker did not take stays due and goes out later", async () => {
  const { answers, said, clock, due } = setUp([row(1)]);
  said.refuse = true;
  answers.wake();
  await settle();
  expect(due()).toHaveLength(1);
  said.refuse = false;
  clock.advance(1_000);
  await settle();
  expect(said.published).toHaveLength(1);
  expect(due()).toEqual([]);
});
