import type { RoomView } from "@anhu/response/api";
import { expect, test } from "vitest";
import { platesByFloor } from "./order.ts";

const PLACES = [
  place("f1", "floor", "一楼"),
  place("f2", "floor", "二楼"),
  place("r210", "bedroom", "210室", "f2"),
  place("gate", "other", "大门"),
  place("r101", "bedroom", "101室", "f1"),
  place("r29", "bedroom", "29室", "f2"),
];

test("plates stand floor by floor, each by its rooms' numbers, and what is on no floor at the end", () => {
  const floors = platesByFloor(PLACES, "zh");
  expect(floors.map(({ name, rooms }) => [name?.zh, ...rooms.map(({ id }) => id)])).toEqual([
    ["一楼", "r101"],
    ["二楼", "r29", "r210"],
    [undefined, "gate"],
  ]);
});

test("who may not see the codes has no plates", () => {
  const bare = PLACES.map(({ id, kind, name, residents }) => ({ id, kind, name, residents }));
  expect(platesByFloor(bare, "zh")).toEqual([]);
});

function place(id: string, kind: RoomView["kind"], zh: string, floor?: string): RoomView {
  const name = { zh, en: id };
  const above = floor === undefined ? {} : { in: floor };
  return { id, kind, name, residents: [], code: "1234", ...above };
}
