/** What a person and a place are called on a page. */
import type { PersonCalled } from "@anhu/response/api";
import { usePeople } from "../api/people.ts";
import { useRooms } from "../api/facilities.ts";
import { seesPeople } from "../app/nav.ts";
import { useSession } from "../app/session.tsx";
import { fill } from "../words/index.ts";
import type { Words } from "../words/index.ts";
import { useWords } from "../words/use-words.tsx";
import { floorOf, numberOf, roleWord } from "./names.ts";

/** Names a staff member: "you", the name where one may see it, else role and number; `called` knows the roles of who was called. */
export function usePersonText(
  facility: string,
  called: readonly Pick<PersonCalled, "person" | "role">[] = [],
): (person: string, role?: string) => string {
  const { words } = useWords();
  const { user } = useSession();
  const { data } = usePeople(facility, seesPeople(user.role));
  return (person, role) => {
    if (person === user.person || person === `user:${user.id}`) return words.person.you;
    const known = data?.find(({ id }) => id === person);
    if (known !== undefined && known.name !== null) return known.name;
    const own = called.find((one) => one.person === person);
    return unnamed(words, person, role ?? known?.role ?? own?.role);
  };
}

/** A staff member without a name: `护理员 01号`. */
function unnamed(words: Words, person: string, role: string | undefined): string {
  // Who is not of the staff is called by the account.
  if (person === "local") return words.person.local;
  const called = role === undefined ? words.timeline.aPerson : roleWord(words, role);
  return fill(words.person.unnamed, { role: called, number: numberOf(person) });
}

/** Names a place: floor and room; `part` room leaves the floor out. */
export function usePlaceText(facility: string): (room: string, part?: "room") => string {
  const { words, say } = useWords();
  const { data } = useRooms(facility);
  return (room, part) => {
    const place = data?.find(({ id }) => id === room);
    // Its number says more than nothing while the names are not there.
    if (place === undefined) return room === "none" ? words.place.none : room;
    const floor = floorOf(data ?? [], place);
    if (floor === null || floor.id === place.id || part === "room") return say(place.name);
    // A corridor of a floor says so itself.
    if (say(place.name).includes(say(floor.name))) return say(place.name);
    return fill(words.place.of, { floor: say(floor.name), room: say(place.name) });
  };
}
