import { ok, refuse } from "@anhu/core/result";
import { expect, test } from "vitest";
import type { PlantEvent } from "./events.ts";
import { watchReceipts } from "./receipts.ts";

function bench() {
  const listeners = new Set<(event: PlantEvent) => void>();
  const receipts = watchReceipts({
    watch(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  });
  const learn = (id: string, confirmed_at: number | null): void => {
    for (const listener of listeners) listener({ event: "learned", id, confirmed_at });
  };
  const ran: string[] = [];
  const after = (facts: string[]): void =>
    receipts.after(ok({ at: 0, facts }), () => ran.push(facts.join()));
  return { receipts, listeners, learn, ran, after };
}

test("runs when the last fact is confirmed, and once", () => {
  const { learn, ran, after } = bench();
  after(["f-1", "f-2"]);
  learn("f-1", 5);
  learn("f-2", null);
  expect(ran).toEqual([]);
  learn("f-2", 6);
  learn("f-2", 7);
  expect(ran).toEqual(["f-1,f-2"]);
});

test("runs at once when nothing was said", () => {
  const { receipts, ran, after } = bench();
  after([]);
  receipts.after(refuse("cannot_say", ""), () => ran.push("refused"));
  expect(ran).toEqual(["", "refused"]);
});

test("closed, it looks on until the last one that is waited for", () => {
  const { receipts, listeners, learn, after } = bench();
  after(["f-1"]);
  receipts.close();
  expect(listeners.size).toBe(1);
  learn("f-1", 5);
  expect(listeners.size).toBe(0);
});
