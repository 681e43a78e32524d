import type { SimulatorEvent } from "@anhu/firmware-sim/control";
import type { Expectation } from "@anhu/firmware-sim/scenarios";
import type { SeenAlert, SeenEntry, SeenIncident, SeenReading } from "./observe.ts";

/** Everything seen since the scenario began. */
export interface Seen {
  /** When the scenario began, UTC ms. */
  readonly since: number;
  readonly events: readonly SimulatorEvent[];
  readonly siren: { readonly on: boolean; readonly at: number | null };
  readonly incidents: readonly SeenIncident[];
  readonly entries: readonly SeenEntry[];
  readonly readings: readonly SeenReading[];
}

/** The step whose consequences are judged. */
export interface Played {
  readonly at: number;
  /** Ids of the simulator's facts. */
  readonly facts: readonly string[];
}

/** Onsets and readings are of the gateway's clock, which may be a little behind this machine's. */
const GATEWAY_BEHIND_MS = 100;

/** When the expectation was met, UTC ms; null: not yet. */
export function judge(expectation: Expectation, played: Played, seen: Seen): number | null {
  switch (expectation.expect) {
    case "siren":
      return seen.siren.on === expectation.on ? Math.max(played.at, seen.siren.at ?? 0) : null;
    case "confirmed":
      return allFacts(played, (id) => confirmedAt(seen.events, id));
    case "denied":
      return allFacts(played, (id) => deniedAt(seen.events, id));
    case "heard":
      return allFacts(played, (id) => heardAt(seen.events, id));
    case "incident": {
      const { device, kind, room } = expectation;
      const fits = (alert: SeenAlert) =>
        alert.class === expectation.class && (room === undefined || alert.room === room);
      const found = incidentsOf(seen, device).filter(
        (incident) => incident.kind === kind && alertsOf(incident, device, seen.since).some(fits),
      );
      return earliest(found.map((incident) => incident.received_at));
    }
    case "resolved": {
      const all = incidentsOf(seen, expectation.device);
      const done = all.length > 0 && all.every((incident) => incident.state === "resolved");
      return done ? Math.max(...all.map((incident) => incident.changed_at)) : null;
    }
    case "stored": {
      const { device, kind } = expectation;
      const from = played.at - GATEWAY_BEHIND_MS;
      const found = seen.readings.filter(
        (reading) => reading.device === device && reading.kind === kind && reading.at >= from,
      );
      return earliest(found.map(({ at }) => at));
    }
    case "ledger":
      return ledgerAt(expectation, seen);
    default:
      return null;
  }
}

function ledgerAt({ device, type }: Expectation & { expect: "ledger" }, seen: Seen): number | null {
  const ids = incidentsOf(seen, device).map((incident) => incident.id);
  const about = ({ data }: SeenEntry) =>
    data.device === device || (data.device === undefined && ids.includes(data.incident ?? ""));
  const found = seen.entries.filter((entry) => entry.type === type && about(entry));
  return earliest(found.map((entry) => entry.at));
}

/** Incidents with an alert of the device that was raised since the scenario began. */
function incidentsOf({ incidents, since }: Seen, device: string): readonly SeenIncident[] {
  return incidents.filter((incident) => alertsOf(incident, device, since).length > 0);
}

function alertsOf(incident: SeenIncident, device: string, since: number): readonly SeenAlert[] {
  const from = since - GATEWAY_BEHIND_MS;
  return incident.alerts.filter((alert) => alert.device === device && alert.onset >= from);
}

/** When the last of the step's facts was so; null when one is not, or there is none. */
function allFacts({ facts }: Played, when: (id: string) => number | null): number | null {
  const times = facts.map(when);
  return times.length === 0 || times.includes(null) ? null : Math.max(...times.map(Number));
}

function confirmedAt(events: readonly SimulatorEvent[], id: string): number | null {
  for (const event of events)
    if (event.event === "learned" && event.id === id && event.confirmed_at)
      return event.confirmed_at;
  return null;
}

function heardAt(events: readonly SimulatorEvent[], id: string): number | null {
  for (const event of events)
    if (event.event === "learned" && event.id === id && event.listened === true)
      return event.sent_at ?? 0;
  return null;
}

function deniedAt(events: readonly SimulatorEvent[], id: string): number | null {
  for (const event of events)
    if (event.event === "reply" && event.id === id && event.command === "deny") return event.at;
  return null;
}

function earliest(times: readonly number[]): number | null {
  return times.length === 0 ? null : Math.min(...times);
}
