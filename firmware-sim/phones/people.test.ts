import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { roomCode } from "@anhu/core/people";
import type { AnswerRule } from "./index.ts";
import { openScene, OTHER, ROOM_KEY, SECRET } from "./testing/scene.ts";
import type { Scene } from "./testing/scene.ts";

let scene: Scene;

beforeEach(async () => {
  scene = await openScene();
});

afterEach(() => scene.close());

async function until(come: () => boolean): Promise<void> {
  await expect.poll(come, { interval: 5, timeout: 5_000 }).toBe(true);
}

describe("the people", () => {
  const rule = (over: Partial<AnswerRule> = {}): AnswerRule => ({
    role: "carer",
    room: "r302",
    since: Date.now() - 1_000,
    answer_at: 0,
    arrive_after_ms: null,
    ...over,
  });
  const said = () => scene.answers.filter(({ answer }) => answer !== "shown");

  test("answer nothing by themselves", async () => {
    await scene.post();
    await until(() => scene.answered("shown").length === 1);
    expect(said()).toEqual([]);
  });

  test("say that they are coming when a rule says so, and arrive with the code of the room's wall", async () => {
    scene.phones.answer([rule({ arrive_after_ms: 20 })]);
    await scene.post();
    await until(() => scene.answered("arrived").length === 1);
    const code = roomCode(ROOM_KEY, "pt-1", "r302");
    expect(said()).toEqual([
      { answer: "coming", token: "t-1" },
      { answer: "arrived", code, token: "t-1" },
    ]);
    const [coming] = scene.answered("coming");
    expect(Number(scene.answered("arrived")[0]?.at) - Number(coming?.at)).toBeGreaterThanOrEqual(
      19,
    );
  });

  test("answer a call that came before the time, by its newest message", async () => {
    await scene.post();
    await scene.post({
      id: "d-2",
      body: scene.call({
        delivery: "d-2",
        purpose: "unanswered",
        answer_url: scene.answerUrl("t-2"),
      }),
    });
    scene.phones.answer([rule({ answer_at: Date.now() + 30 })]);
    await until(() => scene.answered("coming").length === 1);
    expect(said()).toEqual([{ answer: "coming", token: "t-2" }]);
  });

  test.each<[string, Partial<AnswerRule>, object]>([
    ["of another role", { role: "head" }, {}],
    ["for another room", { room: "r303" }, {}],
    ["of an earlier run", { since: Date.now() + 60_000 }, {}],
    ["that asks for no answer", {}, { answers: ["shown"] }],
    ["about no incident", {}, { incident: null }],
  ])("leave a call %s alone", async (_what, over, calling) => {
    scene.phones.answer([rule(over)]);
    await scene.post({ body: scene.call(calling) });
    await until(() => scene.answered("shown").length === 1);
    expect(said()).toEqual([]);
  });

  test("of the duty room say that somebody is here, and arrive nowhere", async () => {
    scene.phones.answer([rule({ arrive_after_ms: 0 })]);
    await scene.post({ body: scene.call({ purpose: "prompt", answers: ["shown", "here"] }) });
    await until(() => scene.answered("here").length === 1);
    expect(said()).toEqual([{ answer: "here", token: "t-1" }]);
  });

  test("say that they cannot come, and do not arrive", async () => {
    scene.phones.answer([rule({ answer: "cannot_come", arrive_after_ms: 0 })]);
    await scene.post({ body: scene.call({ answers: ["shown", "coming", "cannot_come"] }) });
    await until(() => scene.answered("cannot_come").length === 1);
    expect(said()).toEqual([{ answer: "cannot_come", token: "t-1" }]);
  });

  test("do not answer for a rule that was taken back", async () => {
    const begun = scene.phones.answer([rule({ answer_at: Date.now() + 50 })]);
    if (begun.ok) begun.value();
    await scene.post();
    await new Promise((over) => setTimeout(over, 100));
    expect(said()).toEqual([]);
  });

  test("hear what the other side says to their answer, also that it is no", async () => {
    scene.say = { status: 409, body: { code: "call_over" } };
    scene.phones.answer([rule()]);
    await scene.post();
    await until(() => scene.answered("coming").length === 1);
    expect(scene.answered("coming")).toMatchObject([{ status: 409, reason: "call_over" }]);
  });

  test("of one rule are one, of two are two", async () => {
    scene.writeSecrets({ "pt-1/s-01": SECRET, "pt-1/s-02": OTHER });
    const second = () => ({
      secret: OTHER,
      body: scene.call({ person: "s-02", answer_url: scene.answerUrl("t-2") }),
    });
    scene.phones.answer([rule()]);
    await scene.post();
    await scene.post({ ...second(), id: "d-2" });
    await until(() => scene.answered("shown").length === 2);
    expect(said().map(({ token }) => token)).toEqual(["t-1"]);
    scene.phones.answer([rule()]);
    await until(() => scene.answered("coming").length === 2);
    expect(said().map(({ token }) => token)).toEqual(["t-1", "t-2"]);
  });

  test("follow 64 rules at most", () => {
    expect(scene.phones.answer(Array.from({ length: 65 }, () => rule()))).toMatchObject({
      error: { reason: "too_many_rules" },
    });
  });
});
