import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { indexFacility, parseFacility, wireOf } from "@anhu/core/facility";
import type { Facility } from "@anhu/core/facility";

const facility = read();
const placesOf = (kind: string) => facility.places.filter((place) => place.kind === kind);
const kindsIn = (room: string) =>
  facility.devices.filter((device) => device.room === room).map((device) => device.kind);

function read(): Facility {
  const text = readFileSync(new URL("./facility.yaml", import.meta.url), "utf8");
  const parsed = parseFacility(text);
  if (parsed.ok) return parsed.value;
  throw new Error(parsed.error.map((one) => `${one.line} ${one.path} ${one.detail}`).join("\n"));
}

test("the demo facility has three floors, 24 rooms and 36 residents who live in them", () => {
  expect(facility.facility.id).toBe("pt-licheng-0001");
  expect(placesOf("floor")).toHaveLength(3);
  expect(placesOf("bedroom")).toHaveLength(24);
  expect(facility.residents).toHaveLength(36);
  const rooms = new Set(placesOf("bedroom").map((place) => place.id));
  for (const { room } of facility.residents) expect(rooms).toContain(room);
});

test("every room and corridor has smoke, heat and call point, every floor hydrant pressure", () => {
  for (const { id } of [...placesOf("bedroom"), ...placesOf("corridor")])
    for (const kind of ["smoke", "heat", "call_point"]) expect(kindsIn(id), id).toContain(kind);
  for (const { id } of placesOf("corridor")) expect(kindsIn(id), id).toContain("water");
});

test("every resident wears a pendant; four rooms have a radar", () => {
  const worn = facility.devices.filter((device) => device.kind === "fall");
  expect(new Set(worn.map((device) => device.resident))).toEqual(
    new Set(facility.residents.map(({ id }) => id)),
  );
  const lines = facility.gateways[0]?.lines ?? [];
  expect(lines.filter((line) => line.driver === "ld2410")).toHaveLength(4);
});

test("no two devices share an address, and the names that others script against stand", () => {
  const addresses = facility.devices.map((device) => `${wireOf(device)} ${device.address}`);
  expect(new Set(addresses).size).toBe(addresses.length);
  const index = indexFacility(facility, "gw1");
  if (!index.ok) throw new Error(index.error.detail);
  expect(index.value.find("panel", "1/1/0x0002000a")).toMatchObject({ id: "smoke-302" });
  expect(index.value.find("native", "wb-0042")).toMatchObject({ id: "pendant-7f3a", room: "r302" });
});

test("in every shift two carers are on call for each floor, and every room has one of them", () => {
  for (const { shift, people, duty_room } of facility.rota) {
    const onCall = facility.staff.filter(({ id }) => people.includes(id));
    for (const { id: floor } of placesOf("floor")) {
      const carers = onCall.filter((one) => one.role === "carer" && one.floor === floor);
      expect(carers, `${shift} ${floor}`).toHaveLength(2);
      const rooms = placesOf("bedroom").filter((place) => place.in === floor);
      const cared = carers.flatMap((one) => one.rooms ?? []);
      expect(cared.toSorted()).toEqual(rooms.map(({ id }) => id).toSorted());
    }
    const officers = facility.staff.filter(({ id }) => duty_room?.includes(id));
    expect(officers.map(({ role }) => role)).toEqual(["duty-officer", "duty-officer"]);
  }
});

test("head, fire lead and rescue centre have a phone and stand in no shift; the head has e-mail too", () => {
  const shifts = facility.rota.flatMap(({ people }) => people);
  for (const role of ["head", "fire-lead", "rescue-centre"]) {
    const [person, ...others] = facility.staff.filter((one) => one.role === role);
    expect(others).toEqual([]);
    expect(person?.channels[0]?.webhook).toMatch(/^http:\/\/127\.0\.0\.1:91\d\d\/phone$/);
    expect(shifts).not.toContain(person?.id);
  }
  const head = facility.staff.find(({ role }) => role === "head");
  expect(head?.channels.map((channel) => Object.keys(channel)[0])).toEqual(["webhook", "email"]);
});

test("every phone is its person's alone, and the demo's channels allow it", () => {
  const webhooks = facility.staff.flatMap(({ channels }) =>
    channels.flatMap((c) => c.webhook ?? []),
  );
  expect(webhooks.length).toBe(facility.staff.length);
  expect(new Set(webhooks).size).toBe(webhooks.length);
  const { webhook, email } = beside("channels.yaml") as {
    webhook: { allow: string[] };
    email: { host: string };
  };
  for (const url of webhooks) {
    expect(
      webhook.allow.some((prefix) => url.startsWith(prefix)),
      url,
    ).toBe(true);
  }
  expect(email.host).toBe("127.0.0.1");
});

test("everybody has a made-up name of their own, and names stand nowhere else", () => {
  const { facilities } = beside("names.yaml") as {
    facilities: Record<string, Record<"residents" | "staff", Record<string, string>>>;
  };
  const names = facilities[facility.facility.id] ?? { residents: {}, staff: {} };
  expect(Object.keys(names.residents)).toEqual(facility.residents.map(({ id }) => id));
  expect(Object.keys(names.staff)).toEqual(facility.staff.map(({ id }) => id));
  const all = [...Object.values(names.residents), ...Object.values(names.staff)];
  expect(new Set(all).size).toBe(all.length);
  const text = readFileSync(new URL("./facility.yaml", import.meta.url), "utf8");
  for (const name of all) expect(text).not.toContain(name);
});

function beside(name: string): unknown {
  return parse(readFileSync(new URL(name, import.meta.url), "utf8"));
}
