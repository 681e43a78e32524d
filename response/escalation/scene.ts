/** Where an incident is, and who is near. */
import type { Facility, Name, Place, StaffMember } from "@anhu/core/facility";
import type { Who } from "@anhu/core/policies";
import type { Person } from "./model.ts";
import type { Roster } from "./roster.ts";

export interface Scene {
  /** undefined: response does not have the facility's file. */
  readonly facility: Facility | undefined;
  /** Where the incident's leading alert is; `none` when that is not known. */
  readonly room: string;
  /** Where any of its alerts holds, the leading one first. */
  readonly rooms: readonly string[];
}

/** Ids and kinds of the room and of what it stands in: what a policy's `units` are compared with. */
export function unitsOf({ facility, room }: Scene): readonly string[] {
  return above(facility, room).flatMap(({ id, kind }) => [id, kind]);
}

/** Names of the room and its floor, for people. */
export function placeName({ facility, room }: Scene): Name | null {
  const places = above(facility, room);
  const [place] = places;
  if (place === undefined) return room === "none" ? null : { zh: room, en: room };
  const floor = places.find(({ kind }) => kind === "floor");
  if (floor === undefined || floor === place) return place.name;
  return {
    zh: `${floor.name.zh} ${place.name.zh}`,
    en: `${place.name.en}, ${floor.name.en}`,
  };
}

/** The people that a tier names, each once, the nearest to the incident first. */
export function peopleOf(who: readonly Who[], roster: Roster, scene: Scene): readonly Person[] {
  const chosen = new Map<string, Person>();
  for (const one of who) {
    for (const person of chosenBy(one, roster, scene)) chosen.set(person.person, person);
  }
  return [...chosen.values()];
}

function chosenBy(who: Who, roster: Roster, scene: Scene): readonly Person[] {
  const members = new Map(scene.facility?.staff.map((member) => [member.id, member]));
  const near = ({ person }: Person) => nearness(members.get(person), scene);
  const fitting = poolOf(who, roster, scene)
    .filter(({ role }) => who.roles?.some((name) => name === role) ?? true)
    .filter((person) => within(who, near(person), scene))
    .toSorted((a, b) => near(a) - near(b));
  return fitting.slice(0, who.nearest ?? fitting.length);
}

function poolOf({ from }: Who, roster: Roster, { facility }: Scene): readonly Person[] {
  if (from === "on_duty") return roster.people;
  if (from === "duty_room") return roster.dutyRoom;
  return facility?.staff.map(({ id, role }) => ({ person: id, role })) ?? [];
}

const [ROOM, FLOOR, FACILITY] = [0, 1, 2];

function nearness(member: StaffMember | undefined, { facility, rooms }: Scene): number {
  const own = member?.rooms ?? [];
  if (own.some((room) => rooms.includes(room))) return ROOM;
  const floors = [member?.floor, ...own.map((room) => floorOf(facility, room))];
  const here = rooms.map((room) => floorOf(facility, room)).filter((id) => id !== undefined);
  return here.some((floor) => floors.includes(floor)) ? FLOOR : FACILITY;
}

/** Where the floor is not known, it is everybody's. */
function within({ scope }: Who, near: number, { facility, rooms }: Scene): boolean {
  if (scope === "room") return near === ROOM;
  if (scope !== "floor") return true;
  return near <= FLOOR || rooms.every((room) => floorOf(facility, room) === undefined);
}

function floorOf(facility: Facility | undefined, room: string): string | undefined {
  return above(facility, room).find(({ kind }) => kind === "floor")?.id;
}

/** The place and what it stands in, from the inside out; empty for a place that the file does not have. */
function above(facility: Facility | undefined, room: string): readonly Place[] {
  const chain: Place[] = [];
  let place = facility?.places.find(({ id }) => id === room);
  while (place !== undefined && !chain.includes(place)) {
    chain.push(place);
    const outer = place.in;
    place = facility?.places.find(({ id }) => id === outer);
  }
  return chain;
}
