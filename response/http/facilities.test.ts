import { afterEach, beforeEach, expect, test } from "vitest";
import { roomCode } from "@anhu/core/people";
import type { Role, Scope } from "../access/model.ts";
import { unavailable } from "../readings/readings.ts";
import type { LastQuestion, LastReading } from "../readings/readings.ts";
import { ruleBook as rules } from "../incidents/rules.ts";
import { saveGateways } from "../store/gateways.ts";
import { recordBurst } from "../store/record.ts";
import { alertIntake, T0 } from "../testing/alerts.ts";
import type { Told } from "../testing/alerts.ts";
import { FACILITY, FACILITY_FILE } from "../testing/facility.ts";
import { AS_LOCAL, openTestHttp } from "../testing/http.ts";
import type { TestHttp } from "../testing/http.ts";

const PEOPLE = `
staff:
  - { id: s-01, role: carer, floor: f3, channels: [{ webhook: "http://127.0.0.1:9101/phone" }, { email: "a@example.org" }] }
  - { id: s-02, role: carer, floor: f3, channels: [{ webhook: "http://127.0.0.1:9102/phone" }] }
rota:
  - { shift: all, from: "00:00", to: "24:00", people: [s-01], duty_room: [s-05] }
`;
const HOME = FACILITY_FILE.replace("staff: []\nrota: []\n", PEOPLE.trimStart());
const OTHER = FACILITY_FILE.replace(FACILITY, "xm-siming-0001").replace("350304", "350203");
const HERE: Scope = { kind: "facility", of: FACILITY };
const ROOM_KEY = "0b".repeat(32);

let http: TestHttp;
let asked: LastQuestion | undefined;
let last: readonly LastReading[] | Error;

beforeEach(async () => {
  asked = undefined;
  last = [];
  http = await openTestHttp({
    files: { "facility.yaml": HOME, "facilities/other.yaml": OTHER },
    roomKey: ROOM_KEY,
    names: {
      resident: () => null,
      staff: (facility, id) => (facility === FACILITY && id === "s-01" ? "陈玉兰" : null),
      trouble: () => null,
      close: () => undefined,
    },
    readings: {
      query: () => Promise.resolve([]),
      last(question) {
        asked = question;
        return last instanceof Error ? Promise.reject(last) : Promise.resolve(last);
      },
    },
  });
});

afterEach(() => http.close());

async function get(path: string, headers: Record<string, string> = AS_LOCAL) {
  const reply = await http.server.inject({ url: `/api/v1/${path}`, headers });
  return { status: reply.statusCode, body: reply.json() };
}

async function as(role: Role, scope: Scope): Promise<Record<string, string>> {
  return http.signedIn(await http.addUser({ role, scope }));
}

async function record(...told: Told[]): Promise<void> {
  const intakes = told.map((one) => alertIntake({ facility: FACILITY, ...one }));
  await recordBurst(http.db, { intakes, rules, now: T0, nowSteady: T0 });
}

test("a facility is shown with its gateways and how many incidents stand", async () => {
  await record({}, { onset: T0 + 9_000_000 }, { facility: "xm-siming-0001" });
  await record({ phase: "cleared", at: T0 + 5 });
  const status = JSON.stringify({ state: "online" });
  const row = { facility: FACILITY, gateway: "gw1", heard_at: T0, status } as const;
  await saveGateways(http.db, [{ ...row, silent: 0, onset: null }]);
  const { items } = (await get("facilities")).body;
  expect(items.map(({ id }: { id: string }) => id)).toEqual([FACILITY, "xm-siming-0001"]);
  expect(items[0]).toEqual({
    id: FACILITY,
    name: { zh: "荔城示范养老院", en: "Licheng demo home" },
    kind: "nursing-home",
    region: "350304",
    street: null,
    timezone: "Asia/Shanghai",
    beds: 40,
    nursing_beds: 26,
    gateways: [{ id: "gw1", silent: false, heard_at: T0, status: { state: "online" } }],
    live_incidents: 1,
  });
  expect(items[1]).toMatchObject({
    gateways: [{ id: "gw1", silent: false, heard_at: null, status: null }],
    live_incidents: 1,
  });
});

test("a region's inspector sees its facilities only", async () => {
  const headers = await as("inspector", { kind: "region", of: "3503" });
  const { items } = (await get("facilities", headers)).body;
  expect(items.map(({ id }: { id: string }) => id)).toEqual([FACILITY]);
  expect((await get("facilities/xm-siming-0001/devices", headers)).status).toBe(404);
});

test("the code on a room's wall is for who prints the plates", async () => {
  const room = async (headers?: Record<string, string>) => {
    const { items } = (await get(`facilities/${FACILITY}/rooms`, headers)).body;
    return items.find(({ id }: { id: string }) => id === "r302");
  };
  const plain = {
    id: "r302",
    kind: "bedroom",
    in: "f3",
    name: { zh: "302室", en: "Room 302" },
    residents: ["p-7f3a"],
  };
  expect(await room(await as("manager", HERE))).toEqual({
    ...plain,
    code: roomCode(ROOM_KEY, FACILITY, "r302"),
  });
  expect(await room(await as("carer", HERE))).toEqual(plain);
  const { items } = (await get(`facilities/${FACILITY}/rooms`)).body;
  expect(items.find(({ id }: { id: string }) => id === "f3")).not.toHaveProperty("code");
});

test("a device is shown with what it reported last, battery and signal, silence and test mode", async () => {
  last = [
    { device: "smoke-302", kind: "smoke", at: T0 - 5, fields: { alarm: false } },
    {
      device: "smoke-302",
      kind: "device",
      at: T0 - 9,
      fields: { battery_pct: 81, battery_low: false, link_quality: 120 },
    },
  ];
  await record({ rule: "device-silent", device: "panel" });
  const mode = { facility: FACILITY, by: "user:u-1", reason: "clean" };
  await http.db
    .insertInto("test_modes")
    .values([
      { ...mode, device: "smoke-302", until: T0 + 60_000 },
      { ...mode, device: "panel", until: T0 },
    ])
    .execute();
  const { body } = await get(`facilities/${FACILITY}/devices`);
  expect(asked).toEqual({ facility: FACILITY, since: T0 - 7 * 24 * 3_600_000 });
  expect(body.readings).toBe("ok");
  expect(body.items).toEqual([
    expect.objectContaining({
      id: "panel",
      last: [],
      last_seen: null,
      battery_pct: null,
      silent: true,
      test_mode_until: null,
    }),
    {
      id: "smoke-302",
      kind: "smoke",
      room: "r302",
      line: "panel",
      address: "1/1/0x0002000a",
      last: [
        { kind: "smoke", at: T0 - 5, fields: { alarm: false } },
        {
          kind: "device",
          at: T0 - 9,
          fields: { battery_pct: 81, battery_low: false, link_quality: 120 },
        },
      ],
      last_seen: T0 - 5,
      battery_pct: 81,
      battery_low: false,
      rssi_dbm: null,
      link_quality: 120,
      silent: false,
      test_mode_until: T0 + 60_000,
    },
  ]);
});

test("devices are shown also when the store of readings does not answer", async () => {
  last = unavailable("busy");
  const { status, body } = await get(`facilities/${FACILITY}/devices`);
  expect([status, body.readings, body.items.length]).toEqual([200, "unavailable", 2]);
});

test("people are shown with their channels, who is on duty, and names for who works there", async () => {
  await http.addUser({ role: "carer", scope: HERE, person: "s-01" });
  const call = await http.server.inject({
    method: "POST",
    url: `/api/v1/facilities/${FACILITY}/people/s-02/test-call`,
    headers: AS_LOCAL,
  });
  const { items } = (await get(`facilities/${FACILITY}/people`)).body;
  expect(items).toEqual([
    {
      id: "s-01",
      name: "陈玉兰",
      role: "carer",
      floor: "f3",
      channels: ["webhook", "email", "console"],
      on_duty: true,
      in_duty_room: false,
      has_account: true,
      last_test_call: null,
    },
    expect.objectContaining({
      id: "s-02",
      name: null,
      channels: ["webhook"],
      on_duty: false,
      has_account: false,
      last_test_call: call.json().items[0],
    }),
  ]);
});

test("what a facility does not have is not found", async () => {
  for (const part of ["rooms", "devices", "people"]) {
    expect(await get(`facilities/none/${part}`)).toMatchObject({ status: 404 });
  }
});
