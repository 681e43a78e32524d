import { describe, expect, test } from "vitest";
import type { Who } from "@anhu/core/policies";
import { rosterAt } from "./roster.ts";
import { peopleOf, placeName, unitsOf } from "./scene.ts";
import type { Scene } from "./scene.ts";
import { HOME_FILE } from "../testing/home.ts";
import { homeOf, NIGHT } from "./story.ts";

const facility = homeOf(HOME_FILE);
const roster = rosterAt(facility, NIGHT);

function scene(room: string, ...more: readonly string[]): Scene {
  return { facility, room, rooms: [room, ...more] };
}

function called(who: Who, at: Scene): readonly string[] {
  return peopleOf([who], roster, at).map(({ person }) => person);
}

const CARERS: Who = { from: "on_duty", roles: ["carer"] };

describe("the people of a tier", () => {
  test("come nearest first: whose room it is, whose floor, then the others in the order of the shift", () => {
    expect(called(CARERS, scene("r302"))).toEqual(["c-302", "c-306", "c-201"]);
    expect(called(CARERS, scene("r306"))).toEqual(["c-306", "c-302", "c-201"]);
    expect(called({ ...CARERS, nearest: 1 }, scene("r201"))).toEqual(["c-201"]);
  });

  test("of the floor are of every floor where it is, and everybody where no floor is known", () => {
    const floor: Who = { ...CARERS, scope: "floor" };
    expect(called(floor, scene("r302"))).toEqual(["c-302", "c-306"]);
    expect(called(floor, scene("duty"))).toEqual(["c-306", "c-302"]);
    expect(called(floor, scene("r302", "r201"))).toEqual(["c-201", "c-302", "c-306"]);
    for (const room of ["none", "no-such-room"]) {
      expect(called(floor, scene(room))).toHaveLength(3);
    }
  });

  test("of the room are those whose own it is", () => {
    expect(called({ ...CARERS, scope: "room" }, scene("r306"))).toEqual(["c-306"]);
    expect(called({ ...CARERS, scope: "room" }, scene("duty"))).toEqual([]);
  });

  test("who can always be called are called on duty or not", () => {
    expect(called({ from: "always", roles: ["carer", "head"] }, scene("none"))).toEqual([
      "c-201",
      "c-306",
      "c-302",
      "day",
      "head",
    ]);
    expect(called({ from: "duty_room" }, scene("none"))).toEqual(["duty-1"]);
  });

  test("are named once, however many of its choices they fit", () => {
    const twice = peopleOf([CARERS, { from: "on_duty" }, CARERS], roster, scene("r302"));
    expect(twice).toHaveLength(3);
  });

  test("are nobody where the facility is not known", () => {
    const unknown = { facility: undefined, room: "r1", rooms: ["r1"] };
    expect(peopleOf([CARERS], rosterAt(undefined, NIGHT), unknown)).toEqual([]);
    expect(placeName(unknown)).toEqual({ zh: "r1", en: "r1" });
  });
});

test("a place is called by its floor and its name, in each language", () => {
  expect(placeName(scene("r302"))).toEqual({ zh: "三层 302室", en: "Room 302, Third floor" });
  expect(placeName(scene("f3"))).toEqual({ zh: "三层", en: "Third floor" });
  expect(placeName(scene("none"))).toBeNull();
});

test("a policy's units are the ids and kinds of the room and of what it stands in", () => {
  expect(unitsOf(scene("r302"))).toEqual(["r302", "bedroom", "f3", "floor"]);
  expect(unitsOf(scene("none"))).toEqual([]);
});
