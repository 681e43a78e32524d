import { QueryClient } from "@tanstack/react-query";
import { FakeClock } from "@anhu/core/time";
import type { IncidentPage, IncidentView } from "@anhu/response/api";
import { expect, test } from "vitest";
import { incident } from "../testing/incidents.ts";
import type { Api, Query } from "./client.ts";
import { incidentKey, mergeIncident } from "./incidents.ts";
import { LIVE, readLive } from "./live-list.ts";

test("a fire that is told while an older list is on its way stays in the list", async () => {
  const { queries, clock, api, answer } = slowSystem();
  const reading = readLive(api, clock, queries);
  clock.advance(100);
  mergeIncident(queries, incident({ id: "fire", state: "raised" }), clock);
  clock.advance(100);
  answer([incident({ id: "leak", state: "notified" })]);
  expect((await reading).items.map(({ id }) => id).toSorted()).toEqual(["fire", "leak"]);
});

test("an end that is told while an older list is on its way stays an end", async () => {
  const { queries, clock, api, answer } = slowSystem();
  const reading = readLive(api, clock, queries);
  mergeIncident(queries, incident({ id: "fire", state: "resolved" }), clock);
  answer([incident({ id: "fire", state: "arrived" })]);
  expect((await reading).items).toEqual([]);
});

test("what was told before the list was asked for is the list's own word", async () => {
  const { queries, clock, api, answer } = slowSystem();
  mergeIncident(queries, incident({ id: "fire", state: "raised" }), clock);
  clock.advance(1);
  const reading = readLive(api, clock, queries);
  answer([incident({ id: "fire", state: "acknowledged" })]);
  expect((await reading).items.map(({ state }) => state)).toEqual(["acknowledged"]);
});

test("an open page of an incident shows at once what is told of it", () => {
  const { queries, clock } = slowSystem();
  const key = incidentKey("fire");
  queries.setQueryData(key, { ...incident({ id: "fire", state: "notified" }), timeline: [1] });
  mergeIncident(queries, incident({ id: "fire", state: "acknowledged" }), clock);
  expect(queries.getQueryData(key)).toMatchObject({ state: "acknowledged", timeline: [1] });
});

test("more than 200 live ones are said to be more, and the worst are kept", () => {
  const { queries, clock } = slowSystem();
  const items = Array.from({ length: 200 }, (_, n) =>
    incident({ id: `leak-${n}`, severity: "medium" }),
  );
  queries.setQueryData(LIVE, { items, more: false });
  mergeIncident(queries, incident(), clock);
  const list = queries.getQueryData<{ items: IncidentView[]; more: boolean }>(LIVE);
  expect(list?.items).toHaveLength(200);
  expect(list?.items[0]?.id).toBe("fire");
  expect(list?.more).toBe(true);
});

test("where there are too many, the worst are asked for by themselves: none is lost behind newer ones", async () => {
  const leaks = Array.from({ length: 200 }, (_, n) =>
    incident({ id: `leak-${n}`, severity: "low", opened_at: n + 2 }),
  );
  const api: Api = {
    ...slowSystem().api,
    get: <T>(_path: string, query?: Query) => {
      const page: IncidentPage =
        query?.["severity"] === undefined
          ? { items: leaks, cursor: "200" }
          : { items: query["severity"] === "critical" ? [incident()] : [], cursor: null };
      return Promise.resolve(page as T);
    },
  };
  const list = await readLive(api, new FakeClock(0), new QueryClient());
  expect(list.items[0]?.id).toBe("fire");
  expect(list).toMatchObject({ more: true });
  expect(list.items).toHaveLength(200);
});

/** A system that answers when it is told to. */
function slowSystem() {
  let answered: (page: IncidentPage) => void = () => undefined;
  const page = new Promise<IncidentPage>((resolve) => {
    answered = resolve;
  });
  const api: Api = {
    get: <T>() => page as Promise<T>,
    send: () => Promise.reject(new Error("nothing is sent")),
    now: () => 0,
  };
  return {
    queries: new QueryClient(),
    clock: new FakeClock(0),
    api,
    answer: (items: readonly IncidentView[]) => answered({ items, cursor: null }),
  };
}
