import { sql } from "kysely";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ruleBook as rules } from "../incidents/rules.ts";
import { timelineOf } from "../store/reading.ts";
import { recordBurst } from "../store/record.ts";
import { alertIntake, T0 } from "../testing/alerts.ts";
import type { Told } from "../testing/alerts.ts";
import { FACILITY, FACILITY_FILE } from "../testing/facility.ts";
import { openTestHttp } from "../testing/http.ts";
import type { TestHttp } from "../testing/http.ts";

const HOME = FACILITY_FILE.replace(
  "  - { id: p-7f3a, room: r302 }",
  `  - { id: p-7f3a, room: r302, mobility: wheelchair, two_people: true }
  - { id: p-0000, room: f3 }`,
);
const INCIDENT = `${FACILITY}.fire.all.${T0}`;

let http: TestHttp;
let carer: Record<string, string>;

beforeEach(async () => {
  http = await openTestHttp({
    files: { "facility.yaml": HOME },
    names: {
      resident: (_facility, id) => (id === "p-7f3a" ? "林秀英" : null),
      staff: () => null,
      trouble: () => null,
      close: () => undefined,
    },
  });
  const scope = { kind: "facility", of: FACILITY } as const;
  carer = await http.signedIn(await http.addUser({ role: "carer", scope }));
  await record({});
});

afterEach(() => http.close());

async function record(told: Told): Promise<void> {
  const intakes = [alertIntake({ facility: FACILITY, ...told })];
  await recordBurst(http.db, { intakes, rules, now: T0, nowSteady: T0 });
}

/** The incident grows: a pendant, of somebody who lives in no room of it. */
async function recordElsewhere(): Promise<void> {
  const intake = alertIntake({ facility: FACILITY, device: "pendant", event: INCIDENT });
  const subject = { device: "pendant", room: "elsewhere", resident: "p-0000" };
  const intakes = [{ ...intake, message: { ...intake.message, subject } }];
  await recordBurst(http.db, { intakes, rules, now: T0, nowSteady: T0 });
}

async function look(reason?: string, headers = carer) {
  const query = reason === undefined ? "" : `?reason=${encodeURIComponent(reason)}`;
  const url = `/api/v1/incidents/${encodeURIComponent(INCIDENT)}/residents${query}`;
  const reply = await http.server.inject({ url, headers });
  return { status: reply.statusCode, body: reply.json() };
}

async function noted() {
  const entries = await timelineOf(http.db, INCIDENT, 100);
  return entries
    .map(({ entry }) => JSON.parse(entry) as { type: string; actor: string; data: object })
    .filter(({ type }) => type === "name_shown")
    .map(({ actor, data }) => ({ actor, data }));
}

test("while it is live who is called sees who lives there, and the look is in the ledger without a name", async () => {
  expect(await look()).toEqual({
    status: 200,
    body: {
      items: [
        { id: "p-7f3a", name: "林秀英", room: "r302", mobility: "wheelchair", two_people: true },
      ],
    },
  });
  expect(await noted()).toEqual([
    { actor: "user:u-carer", data: { incident: INCIDENT, people: ["p-7f3a"], reason: null } },
  ]);
});

test("a page that asks again is one look; a later one is another", async () => {
  await look();
  await look();
  expect(await noted()).toHaveLength(1);
  http.clock.advance(10 * 60_000);
  await look();
  expect(await noted()).toHaveLength(2);
});

test("a look that could not be written down shows nothing, and the next is written", async () => {
  await sql`create trigger full before insert on ledger begin select raise(abort, 'disk full'); end`.execute(
    http.db,
  );
  expect(await look()).toMatchObject({ status: 500, body: { code: "internal" } });
  await sql`drop trigger full`.execute(http.db);
  expect(await look()).toMatchObject({ status: 200, body: { items: [{ name: "林秀英" }] } });
  expect(await noted()).toHaveLength(1);
});

test("whoever is shown for the first time is in the ledger, however short after another look", async () => {
  await look();
  await recordElsewhere();
  const { items } = (await look()).body;
  expect(items).toHaveLength(2);
  expect((await noted()).map(({ data }) => data)).toMatchObject([
    { people: ["p-7f3a"] },
    { people: ["p-7f3a", "p-0000"] },
  ]);
});

test("afterwards a reason is needed, and is in the ledger", async () => {
  await record({ phase: "cleared", at: T0 + 5 });
  expect(await look()).toMatchObject({ status: 422, body: { code: "reason_needed" } });
  expect(await look("")).toMatchObject({ status: 400 });
  expect(await noted()).toEqual([]);
  expect(await look("家属询问")).toMatchObject({
    status: 200,
    body: { items: [{ name: "林秀英" }] },
  });
  expect(await noted()).toMatchObject([{ data: { reason: "家属询问" } }]);
});

test("whom an alert is about is shown, wherever the room is", async () => {
  await recordElsewhere();
  const { body } = await look();
  expect(body.items.map(({ id, name }: { id: string; name: string | null }) => [id, name])).toEqual(
    [
      ["p-7f3a", "林秀英"],
      ["p-0000", null],
    ],
  );
});

test("an inspector never sees a name", async () => {
  const scope = { kind: "region", of: "3503" } as const;
  const headers = await http.signedIn(await http.addUser({ role: "inspector", scope }));
  expect(await look(undefined, headers)).toMatchObject({ status: 403 });
  expect(await noted()).toEqual([]);
});
