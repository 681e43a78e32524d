import { Socket } from "node:net";
import { FakeClock } from "@anhu/core/time";
import { expect, test } from "vitest";
import { DEFAULT_LIMITS } from "./limits.ts";
import { Session } from "./session.ts";

test("what needs no work waits for what came before it", async () => {
  const session = new Session(new Socket(), new FakeClock(0), DEFAULT_LIMITS);
  const done: string[] = [];
  const work = Promise.withResolvers<null>();
  session.inOrder(null, () => done.push("first"));
  session.inOrder(work.promise, () => done.push("slow"));
  const last = new Promise<void>((resolve) => session.inOrder(null, () => resolve()));
  expect(done).toEqual(["first"]);
  work.resolve(null);
  await last;
  expect(done).toEqual(["first", "slow"]);
});
