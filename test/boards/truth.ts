/** What really happened: the simulator's journal for what devices said, response's database for incidents and messages. */
import { join } from "node:path";
import { readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { parseFacility } from "@anhu/core/facility";
import type { Facility } from "@anhu/core/facility";
import type { Fact } from "@anhu/firmware-sim/journal";

export interface Truth {
  readonly facility: string;
  /** What was heard, the oldest first. */
  readonly facts: readonly HeardFact[];
  readonly incidents: readonly IncidentTruth[];
  /** Every change of state that the ledger has, in its order. */
  readonly changes: readonly ChangeTruth[];
}

export interface HeardFact extends Fact {
  readonly device: string;
  readonly room: string;
}

export interface IncidentTruth {
  readonly id: string;
  readonly kind: string;
  readonly class: string;
  readonly severity: string;
  readonly room: string;
  readonly state: string;
  readonly drill: number;
}

export interface ChangeTruth {
  readonly incident: string;
  /** `opened`, `reopened`, `resolved`, ... */
  readonly change: string;
}

/** The facility of a data directory. */
export function facilityOf(dataDir: string): Facility {
  const parsed = parseFacility(readFileSync(join(dataDir, "facility.yaml"), "utf8"));
  if (!parsed.ok) throw new Error("the demo's facility file has mistakes");
  return parsed.value;
}

/** Reads all of it. `facts`: the whole journal. */
export function readTruth(dataDir: string, facility: Facility, facts: readonly Fact[]): Truth {
  const db = new DatabaseSync(join(dataDir, "response.db"), { readOnly: true });
  const { id } = facility.facility;
  const incidents = db
    .prepare(
      "SELECT id, kind, class, severity, room, state, drill FROM incidents WHERE facility = ?",
    )
    .all(id) as unknown as IncidentTruth[];
  const entries = db
    .prepare("SELECT incident, entry FROM ledger WHERE facility = ? ORDER BY position")
    .all(id) as { incident: string | null; entry: string }[];
  db.close();
  const changes = entries.flatMap(({ incident, entry }) => {
    const { type } = JSON.parse(entry) as { type: string };
    const change = /^incident_(?!joined)(\w+)$/.exec(type)?.[1];
    return incident === null || change === undefined ? [] : [{ incident, change }];
  });
  return { facility: id, facts: heard(facts, roomsOf(facility)), incidents, changes };
}

/** How far the export and the log behind it have come. */
export function exportState(dataDir: string): { readonly ledger: number; readonly told: number } {
  const db = new DatabaseSync(join(dataDir, "response.db"), { readOnly: true });
  const ledger = db.prepare("SELECT max(position) AS n FROM ledger").get();
  const told = db
    .prepare("SELECT position AS n FROM exports WHERE name = 'influx-incidents'")
    .get();
  db.close();
  return { ledger: Number(ledger?.["n"] ?? 0), told: Number(told?.["n"] ?? 0) };
}

/** Confirmed, or on a wire without confirmation: taken off it. */
function heard(facts: readonly Fact[], rooms: ReadonlyMap<string, string>): HeardFact[] {
  return facts.flatMap((fact) => {
    const { device, confirmed_at, listened, wire } = fact;
    if (device === null) return [];
    const isHeard = wire.startsWith("radar") ? listened : confirmed_at !== null;
    return isHeard ? [{ ...fact, device, room: rooms.get(device) ?? "none" }] : [];
  });
}

/** A wearable is where its person lives. */
function roomsOf({ devices, residents, gateways }: Facility): ReadonlyMap<string, string> {
  const homes = new Map(residents.map(({ id, room }) => [id, room]));
  const lines = gateways.flatMap((gateway) => gateway.lines);
  return new Map([
    ...lines.map(({ id, room }) => [id, room ?? "none"] as const),
    ...devices.map(
      ({ id, room, resident }) => [id, room ?? homes.get(resident ?? "") ?? "none"] as const,
    ),
  ]);
}
