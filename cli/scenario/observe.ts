import type { Clock } from "@anhu/core/time";
import type { Api } from "../api.ts";

/** An alert and an incident as response's API shows them, as far as scenarios look. Times: UTC ms. */
export interface SeenAlert {
  readonly device: string;
  readonly room: string;
  readonly class: string;
  readonly onset: number;
}

export interface SeenIncident {
  readonly id: string;
  readonly kind: string;
  readonly state: string;
  readonly received_at: number;
  readonly changed_at: number;
  readonly alerts: readonly SeenAlert[];
}

export interface SeenEntry {
  readonly seq: number;
  readonly at: number;
  readonly type: string;
  readonly data: { readonly device?: string; readonly incident?: string };
}

/** An incident is in a state, as first seen then. */
export interface SeenState {
  readonly incident: string;
  readonly state: string;
  readonly at: number;
}

export interface SeenReading {
  readonly device: string;
  readonly kind: string;
  readonly at: number;
}

/** What response knows, as of the last look. */
export interface Observer {
  /**
   * Looks again, also for readings of these devices since `from` (UTC ms).
   * Throws when response does not answer within 5 s or answers with an error.
   */
  look(devices: readonly string[], from: number): Promise<void>;
  readonly incidents: readonly SeenIncident[];
  /** Of incidents, in the order in which they were seen. */
  readonly states: readonly SeenState[];
  /** Ledger entries since the observer was made. */
  readonly entries: readonly SeenEntry[];
  /** Of the devices of the last look. */
  readonly readings: readonly SeenReading[];
  /** Looks in a row that failed, since a monotonic time; null: the last one did not. */
  readonly failing: { readonly since: number; readonly times: number } | null;
}

/** Newest incidents looked at. */
const INCIDENTS = 200;
const PAGE = 1_000;
/** Behind every reading. */
const FAR = 8_640_000_000_000_000;

/** Begins to observe a facility through response's API: what stands in its ledger now is the past. */
export async function observe(api: Api, facility: string, clock: Clock): Promise<Observer> {
  let incidents: readonly SeenIncident[] = [];
  let readings: readonly SeenReading[] = [];
  let failing: Observer["failing"] = null;
  const entries: SeenEntry[] = [];
  const states: SeenState[] = [];
  const current = new Map<string, string>();
  const get = async <T>(path: string) => (await api.get(`/api/v1/${path}`)) as T;
  const log = `ledger/${facility}`;
  let next = (await get<{ size: number }>(`${log}?limit=1`)).size + 1;

  async function readLedger(): Promise<SeenEntry[]> {
    const read: SeenEntry[] = [];
    for (;;) {
      const page = await get<{ items: { seq: number; entry: string }[]; next: number | null }>(
        `${log}?from=${next}&limit=${PAGE}`,
      );
      for (const { seq, entry } of page.items) {
        read.push(JSON.parse(entry) as SeenEntry);
        next = seq + 1;
      }
      if (page.next === null) return read;
    }
  }

  async function look(devices: readonly string[], from: number): Promise<void> {
    entries.push(...(await readLedger()));
    const query = `facility=${facility}&limit=${INCIDENTS}`;
    incidents = (await get<{ items: SeenIncident[] }>(`incidents?${query}`)).items;
    for (const { id, state } of incidents) {
      if (current.get(id) === state) continue;
      current.set(id, state);
      states.push({ incident: id, state, at: clock.wall() });
    }
    const found = await Promise.all(
      devices.map((device) => {
        const asked = `facility=${facility}&device=${device}&from=${from}&to=${FAR}`;
        return get<{ items: SeenReading[] }>(`readings?${asked}`);
      }),
    );
    readings = found.flatMap(({ items }) => items);
  }

  return {
    async look(devices, from) {
      const began = clock.monotonic();
      try {
        await look(devices, from);
        failing = null;
      } catch (thrown) {
        failing = { since: failing?.since ?? began, times: (failing?.times ?? 0) + 1 };
        throw thrown;
      }
    },
    get failing() {
      return failing;
    },
    get incidents() {
      return incidents;
    },
    entries,
    states,
    get readings() {
      return readings;
    },
  };
}

/** Waits; resolves early never. */
export function pause(clock: Clock, ms: number): Promise<void> {
  return new Promise((over) => void clock.after(ms, over));
}
