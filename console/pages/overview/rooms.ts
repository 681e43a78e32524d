/** A facility's rooms by floor, each with what is to be seen of it at a glance. Pure. */
import type { DeviceView, IncidentView, Name, RoomView } from "@anhu/response/api";
import { isLive, worstFirst } from "../../live/order.ts";
import { floorOf } from "../../parts/names.ts";

export interface RoomState {
  readonly id: string;
  readonly name: Name;
  readonly residents: number;
  /** The gravest live alarm in it. */
  readonly alarm: Pick<IncidentView, "severity" | "state" | "drill"> | null;
  /** null: no device says so, or none of those is heard. */
  readonly occupied: boolean | null;
  readonly silent: number;
  readonly testing: boolean;
}

export interface FloorState {
  /** null: rooms on no floor. */
  readonly floor: Name | null;
  readonly id: string;
  readonly rooms: readonly RoomState[];
}

export interface OverviewInput {
  readonly rooms: readonly RoomView[];
  readonly devices: readonly DeviceView[];
  /** Of this facility. */
  readonly incidents: readonly IncidentView[];
  readonly now: number;
}

/** Kinds that say whether somebody is there, with the field that does. */
const PRESENCE: readonly (readonly [kind: string, field: string])[] = [
  ["occupancy", "present"],
  ["bed", "occupied"],
];

/** A fire panel tells of fires elsewhere: the room that it hangs in is not where it burns, unless nothing else says where. */
const PANEL = "panel-fire";

/** Floors in the file's order, the highest last in the file shown first; rooms of no floor at the end. */
export function floorsOf(input: OverviewInput): readonly FloorState[] {
  const places = input.rooms;
  const floors = places.filter(({ kind }) => kind === "floor").toReversed();
  const at = new Map<string | null, RoomState[]>();
  for (const place of places) {
    if (place.kind === "floor" || isContainer(places, place)) continue;
    const floor = floorOf(places, place)?.id ?? null;
    at.set(floor, [...(at.get(floor) ?? []), roomState(place, input)]);
  }
  const elsewhere = at.get(null) ?? [];
  return [
    ...floors.map(({ id, name }) => ({ id, floor: name, rooms: at.get(id) ?? [] })),
    ...(elsewhere.length === 0 ? [] : [{ id: "-", floor: null, rooms: elsewhere }]),
  ].filter(({ rooms }) => rooms.length > 0);
}

function roomState(place: RoomView, { devices, incidents, now }: OverviewInput): RoomState {
  const own = devices.filter(({ room }) => room === place.id);
  const live = incidents.filter(
    (one) =>
      isLive(one) &&
      one.alerts.some(
        ({ room, rule, cleared_at }) =>
          room === place.id && cleared_at === null && (rule !== PANEL || one.room === place.id),
      ),
  );
  const [worst] = worstFirst(live);
  return {
    id: place.id,
    name: place.name,
    residents: place.residents.length,
    alarm: worst ?? null,
    occupied: occupied(own),
    silent: own.filter(({ silent }) => silent).length,
    testing: own.some(({ test_mode_until }) => (test_mode_until ?? 0) > now),
  };
}

function occupied(devices: readonly DeviceView[]): boolean | null {
  const said = devices
    .filter(({ silent }) => !silent)
    .flatMap(({ last }) =>
      PRESENCE.flatMap(([kind, field]) => {
        const value = last.find((one) => one.kind === kind)?.fields[field];
        return typeof value === "boolean" ? [value] : [];
      }),
    );
  return said.length === 0 ? null : said.includes(true);
}

/** A wing or a building: it has places in it, and nobody lives in it. */
function isContainer(places: readonly RoomView[], place: RoomView): boolean {
  return place.residents.length === 0 && places.some((one) => one.in === place.id);
}
