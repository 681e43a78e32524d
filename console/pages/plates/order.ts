/** The plates in the order in which one walks from door to door. Pure. */
import type { Name, RoomView } from "@anhu/response/api";
import { floorOf } from "../../parts/names.ts";

export interface PlatesOfFloor {
  readonly id: string;
  /** null: of rooms on no floor. */
  readonly name: Name | null;
  readonly rooms: readonly (RoomView & { readonly code: string })[];
}

/** Floors in the file's order, rooms of no floor behind them; on a floor by the rooms' names, 9 before 10. */
export function platesByFloor(
  places: readonly RoomView[],
  language: "zh" | "en",
): readonly PlatesOfFloor[] {
  const rooms = places
    .flatMap((one) =>
      one.kind === "floor" || one.code === undefined ? [] : [{ ...one, code: one.code }],
    )
    .toSorted((a, b) =>
      a.name[language].localeCompare(b.name[language], language, { numeric: true }),
    );
  const on = (floor: string | null) =>
    rooms.filter((room) => (floorOf(places, room)?.id ?? null) === floor);
  return [
    ...places
      .filter(({ kind }) => kind === "floor")
      .map(({ id, name }) => ({ id, name, rooms: on(id) })),
    { id: "-", name: null, rooms: on(null) },
  ].filter((floor) => floor.rooms.length > 0);
}
