/** Pure rules of naming. */
import type { Name, RoomView } from "@anhu/response/api";
import type { Words } from "../words/index.ts";

type Place = Pick<RoomView, "id" | "kind" | "name"> & { readonly in?: string };

/** The number in a pseudonym: `s-01` -> `01`, `gw1` -> `1`; of an account, `user:u-9ba7...`, enough to tell two apart. */
export function numberOf(id: string): string {
  if (id.startsWith("user:")) return numberOf(id.slice("user:".length)).slice(0, 4);
  return id.replace(/^[a-z]+-?(?=.)/, "");
}

export function roleWord(words: Words, role: string): string {
  const list: Readonly<Record<string, string>> = { ...words.userRole, ...words.staffRole };
  return list[role] ?? words.timeline.aPerson;
}

/** The floor that a place is in, itself if it is one; null: in none. Bounded by the number of places. */
export function floorOf(places: readonly Place[], place: Place): { id: string; name: Name } | null {
  let above: Place | undefined = place;
  for (let steps = 0; above !== undefined && steps <= places.length; steps += 1) {
    if (above.kind === "floor") return above;
    const up: string | undefined = above.in;
    above = up === undefined ? undefined : places.find(({ id }) => id === up);
  }
  return null;
}

/** With a capital in front: a word of ours that begins a line. */
export function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** The words of a channel: `webhook-2` -> "手机推送（2）". */
export function channelWord(words: Words, channel: string): string {
  const [, kind = channel, n] = /^([a-z]+)(?:-(\d+))?$/.exec(channel) ?? [];
  const list: Readonly<Record<string, string>> = words.channel;
  const word = list[kind] ?? words.channel.none;
  return n === undefined ? word : words.channel.nth.replace("{channel}", word).replace("{n}", n);
}
