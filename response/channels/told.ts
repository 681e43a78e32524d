/** What a delivery tells, as its row keeps it: the same on every try, so that a far end that sees it twice sees one thing. */
import type { Facility, Name, Place } from "@anhu/core/facility";
import type { IncidentState, Severity } from "@anhu/core/states";
import type { SignalClass } from "@anhu/core/points";
import type { Tx } from "../store/schema.ts";
import type { Notice, Purpose } from "./model.ts";

export interface Told {
  readonly title: Name;
  readonly text: Name;
  readonly answer: Notice["answer"];
  readonly incident: IncidentTold | null;
  /** Who has said that they are coming. */
  readonly coming: readonly { readonly person: string; readonly role: string }[];
  /** Of a summary: what it tells, the gravest first. */
  readonly items?: readonly ToldItem[];
}

export interface ToldItem {
  readonly delivery: string;
  readonly purpose: Purpose;
  readonly incident: string | null;
  readonly title: Name;
  readonly text: Name;
  readonly answer: Notice["answer"];
}

/** The incident as it stood when the notice was written. */
export interface IncidentTold {
  readonly id: string;
  readonly kind: string;
  readonly class: SignalClass;
  readonly severity: Severity;
  readonly state: IncidentState;
  readonly room: string;
  readonly room_name: Name;
  readonly floor_name: Name | null;
  /** UTC ms. */
  readonly opened_at: number;
}

const NO_PLACE: Name = { zh: "位置不明", en: "Place unknown" };

/** What a delivery's row keeps of the notice: written by notify.ts and summary.ts. */
export function toldOf({ body }: { readonly body: string }): Told {
  return JSON.parse(body) as Told;
}

/** The incident and who is coming to it, within the transaction; null for none, or for one that is not there. */
export async function incidentTold(
  tx: Tx,
  id: string | null,
  facility: Facility | undefined,
): Promise<Pick<Told, "incident" | "coming">> {
  const none = { incident: null, coming: [] };
  if (id === null) return none;
  const row = await tx
    .selectFrom("incidents")
    .select(["id", "kind", "class", "severity", "state", "room", "opened_at"])
    .where("id", "=", id)
    .executeTakeFirst();
  if (row === undefined) return none;
  const coming = await tx
    .selectFrom("calls")
    .select(["person", "role"])
    .distinct()
    .where("incident", "=", id)
    .where("answer", "=", "coming")
    // A promise that was not kept is none any more.
    .where((eb) =>
      eb.or([eb("arrive_by_steady", "is not", null), eb("arrived_at", "is not", null)]),
    )
    .orderBy("person")
    .execute();
  return { incident: { ...row, ...namesOf(facility, row.room) }, coming };
}

/** The room's name, and that of the floor above it. A room that the file does not have is called by its id. */
function namesOf(
  facility: Facility | undefined,
  room: string,
): Pick<IncidentTold, "room_name" | "floor_name"> {
  const places = new Map(facility?.places.map((place) => [place.id, place]));
  const place = places.get(room);
  const room_name = place?.name ?? (room === "none" ? NO_PLACE : { zh: room, en: room });
  // The file's check refuses places that stand inside themselves; the bound holds for one that is not checked.
  let above: Place | undefined = place;
  for (let steps = 0; above !== undefined && steps < places.size; steps += 1) {
    if (above.kind === "floor") return { room_name, floor_name: above.name };
    above = places.get(above.in ?? "");
  }
  return { room_name, floor_name: null };
}
