/**
 * Holds the stores against the simulator's journal of ground truth, by the journal's own ids: a reading is known by
 * its kind, device and device time, which the simulator makes unique.
 */
import type { Fact } from "@anhu/firmware-sim/journal";

/** A reading as the store has it. */
export interface StoredReading {
  readonly kind: string;
  readonly device: string;
  readonly device_time_ms: number;
}

/** An alert as response has it; `evidence` of its `raised` message. */
export interface StoredAlert {
  readonly id: string;
  readonly rule: string;
  readonly incident: string;
  readonly device: string;
  readonly evidence: readonly { readonly device: string; readonly device_time_ms: number }[];
}

export interface Comparison {
  readonly confirmedReadings: number;
  readonly alarms: number;
  /** Confirmed to the device and not in the store. */
  readonly lost: readonly Fact[];
  /** In the store more than once. */
  readonly doubled: readonly StoredReading[];
  /** In the store, and no device ever said it. */
  readonly invented: readonly StoredReading[];
  /** An alarm that was confirmed to the device and has no alert. */
  readonly silent: readonly Fact[];
  /** One cause, two alerts of the same rule. */
  readonly doubledAlerts: readonly string[];
}

/** Which rule an alarm of this kind raises (core/rules): the kinds that the storm uses. */
const ALARMS: Readonly<
  Record<string, { readonly rule: string; readonly active: (fact: Fact) => boolean }>
> = {
  smoke: { rule: "smoke-alarm", active: ({ fields }) => fields["alarm"] === true },
  heat: { rule: "heat-alarm", active: ({ fields }) => fields["alarm"] === true },
  call_point: { rule: "call-point-alarm", active: ({ fields }) => fields["alarm"] === true },
  fall: { rule: "fall", active: ({ fields }) => fields["fall"] === true },
  sos: { rule: "sos", active: ({ fields }) => fields["pressed"] === true },
};

/**
 * `facts`: the journal when the stores were read; `said`: the whole journal, which the simulator finishes when it ends, so that it has
 * every message that can be in the stores. `kinds`: those whose readings are compared.
 */
export function compare(input: {
  readonly facts: readonly Fact[];
  readonly said: readonly Fact[];
  readonly readings: readonly StoredReading[];
  readonly alerts: readonly StoredAlert[];
  readonly kinds: ReadonlySet<string>;
}): Comparison {
  const facts = input.facts.filter(
    (fact) => fact.device !== null && fact.device_time_ms !== null && input.kinds.has(fact.kind),
  );
  const said = new Set(input.said.map(momentOf));
  const stored = Map.groupBy(input.readings, keyOf);
  const confirmed = facts.filter((fact) => fact.confirmed_at !== null);
  const alarms = onsets(confirmed);
  const causes = Map.groupBy(
    input.alerts.flatMap((alert) =>
      alert.evidence.map((one) => ({ alert, key: causeKey(alert.rule, one) })),
    ),
    ({ key }) => key,
  );
  return {
    confirmedReadings: confirmed.length,
    alarms: alarms.length,
    lost: confirmed.filter((fact) => !stored.has(keyOf(fact))),
    doubled: [...stored.values()].flatMap((same) => (same.length > 1 ? same.slice(1) : [])),
    invented: input.readings.filter((reading) => !said.has(momentOf(reading))),
    silent: alarms.filter((fact) => !causes.has(causeKey(ALARMS[fact.kind]?.rule ?? "", fact))),
    doubledAlerts: [...causes.values()]
      .filter((same) => new Set(same.map(({ alert }) => alert.id)).size > 1)
      .map(([first]) => first?.key ?? ""),
  };
}

/** The facts that begin an alarm: active, and the device's one before was not. */
function onsets(confirmed: readonly Fact[]): Fact[] {
  const found: Fact[] = [];
  for (const facts of Map.groupBy(confirmed, (fact) => `${fact.kind} ${fact.device}`).values()) {
    let before = false;
    for (const fact of facts.toSorted(
      (a, b) => (a.device_time_ms ?? 0) - (b.device_time_ms ?? 0),
    )) {
      const active = ALARMS[fact.kind]?.active(fact) ?? false;
      if (active && !before) found.push(fact);
      before = active;
    }
  }
  return found;
}

/** A message of a device tells more than what made it speak: Zigbee2MQTT repeats the whole state. So its time, not its kind, is known. */
function momentOf(one: {
  readonly device: string | null;
  readonly device_time_ms: number | null;
}): string {
  return `${one.device} ${one.device_time_ms}`;
}

function keyOf(one: {
  readonly kind: string;
  readonly device: string | null;
  readonly device_time_ms: number | null;
}): string {
  return `${one.kind} ${one.device} ${one.device_time_ms}`;
}

function causeKey(
  rule: string,
  one: { readonly device: string | null; readonly device_time_ms: number | null },
): string {
  return `${rule} ${one.device} ${one.device_time_ms}`;
}
