import type { SimulatorEvent } from "@anhu/firmware-sim/control";
import type { Expectation } from "@anhu/firmware-sim/scenarios";
import { calledAt, disturbedAt } from "./calls.ts";
import type { SeenAlert, SeenEntry, SeenIncident, SeenReading, SeenState } from "./observe.ts";

/** Everything seen since the scenario began. */
export interface Seen {
  /** When the scenario began, UTC ms. */
  readonly since: number;
  readonly events: readonly SimulatorEvent[];
  readonly siren: { readonly on: boolean; readonly at: number | null };
  readonly incidents: readonly SeenIncident[];
  readonly entries: readonly SeenEntry[];
  readonly states: readonly SeenState[];
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

/** When the first byte of the step went out on the wire, by the simulator's own time; null: not yet, or there is no wire. */
export function firstByteAt({ facts }: Played, { events }: Pick<Seen, "events">): number | null {
  const sent = events.flatMap((event) =>
    event.event === "learned" && facts.includes(event.id) && event.sent_at ? [event.sent_at] : [],
  );
  return earliest(sent);
}

/** Whether it says what must not happen. */
export function isForbidding({ expect }: Expectation): boolean {
  return expect === "not_called" || expect === "not_state";
}

/** When the expectation was met, or what it forbids happened, UTC ms; null: not yet. */
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
    case "incident":
      return incidentAt(expectation, seen);
    case "resolved": {
      const all = incidentsOf(seen, expectation.device);
      const done = all.length > 0 && all.every(({ state }) => OVER.includes(state));
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
    case "called":
      return calledAt(expectation, seen);
    case "not_called":
      return disturbedAt(expectation, seen);
    case "state":
    case "not_state":
      return stateAt(expectation, played, seen);
    default:
      return null;
  }
}

/** Incidents with an alert of the device that was raised since the scenario began. */
export function incidentsOf(
  { incidents, since }: Pick<Seen, "incidents" | "since">,
  device: string,
): readonly SeenIncident[] {
  return incidents.filter((incident) => alertsOf(incident, device, since).length > 0);
}

const OVER: readonly string[] = ["resolved", "closed"];
/** What people do, in its order: who is there has also said that he is coming. */
const PEOPLE: readonly string[] = ["acknowledged", "arrived", "resolved", "closed"];

function incidentAt(expectation: Expectation & { expect: "incident" }, seen: Seen): number | null {
  const { device, kind, room } = expectation;
  const fits = (alert: SeenAlert) =>
    alert.class === expectation.class && (room === undefined || alert.room === room);
  const found = incidentsOf(seen, device).filter(
    (incident) => incident.kind === kind && alertsOf(incident, device, seen.since).some(fits),
  );
  return earliest(found.map((incident) => incident.received_at));
}

/** When an incident came into the state, after the step. */
function stateAt(
  expectation: Expectation & { expect: "state" | "not_state" },
  played: Played,
  seen: Seen,
): number | null {
  const ids = incidentsOf(seen, expectation.device).map(({ id }) => id);
  const place = PEOPLE.indexOf(expectation.state);
  const counts = place === -1 ? [expectation.state] : PEOPLE.slice(place);
  const found = seen.states.filter(
    ({ incident, state, at }) =>
      at >= played.at && ids.includes(incident) && counts.includes(state),
  );
  return earliest(found.map(({ at }) => at));
}

function ledgerAt(expectation: Expectation & { expect: "ledger" }, seen: Seen): number | null {
  const { device, type, times = 1 } = expectation;
  const ids = incidentsOf(seen, device).map((incident) => incident.id);
  const about = ({ data }: SeenEntry) =>
    data.device === device || (data.device === undefined && ids.includes(data.incident ?? ""));
  const found = seen.entries.filter((entry) => entry.type === type && about(entry));
  return found.map(({ at }) => at).toSorted((a, b) => a - b)[times - 1] ?? null;
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
