import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
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
