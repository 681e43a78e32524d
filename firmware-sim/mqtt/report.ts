import type { FieldValue, Kind } from "@anhu/core/points";
import type { Clock } from "@anhu/core/time";
import type { Journal } from "../journal/index.ts";
import type { Link } from "./link.ts";

/** What a simulated device says. */
export interface Saying {
  readonly kind: Kind;
  /** As the registry names them; what is not told stays as it was. */
  readonly fields: Readonly<Record<string, FieldValue>>;
  /** true: one of many, may be thrown away when a buffer is full. */
  readonly routine: boolean;
}

/** What a simulated MQTT device has to say, and where. */
export interface Report {
  /** Facility id; null when the facility file has none. */
  readonly device: string | null;
  readonly address: string;
  readonly kind: string;
  readonly fields: Readonly<Record<string, FieldValue>>;
  /** The device's time in the payload, UTC ms; null when it carries none. */
  readonly deviceTimeMs: number | null;
  readonly topic: string;
  readonly payload: string;
  readonly routine: boolean;
}

export interface Reporting {
  readonly link: Link;
  readonly journal: Journal;
  readonly clock: Clock;
  /** Name of the connection in the journal. */
  readonly wire: string;
}

/** Sends a report and keeps its journal: confirmed by the PUBACK. Returns the id of the fact. */
export function send({ link, journal, clock, wire }: Reporting, report: Report): string {
  const { device, address, kind, fields, deviceTimeMs, topic, payload, routine } = report;
  const at = clock.wall();
  const id = journal.write({
    at,
    wire,
    device,
    address,
    kind,
    fields,
    device_time_ms: deviceTimeMs,
  });
  let sentAt: number | null = null;
  link.publish({
    topic,
    payload,
    routine,
    onSent: () => {
      sentAt = clock.wall();
    },
    onPuback: () =>
      journal.learn(id, { sent_at: sentAt, listened: true, confirmed_at: clock.wall() }),
  });
  return id;
}

/** Device times that never repeat and never go back, whatever the wall clock does. */
export function risingTime(clock: Clock): () => number {
  let last = 0;
  return () => (last = Math.max(clock.wall(), last + 1));
}
