/** A store with a small staff, a queue over it, and channels that do as they are told. */
import { pino } from "pino";
import { Registry } from "prom-client";
import { parseFacility } from "@anhu/core/facility";
import type { Facility } from "@anhu/core/facility";
import type { Clock } from "@anhu/core/time";
import type { Channel, Delivery, Outcome } from "../channels/channel.ts";
import { openChannelMetrics } from "../channels/metrics.ts";
import type { Notice } from "../channels/model.ts";
import { notify } from "../channels/notify.ts";
import { openQueue } from "../channels/queue.ts";
import type { Queue, QueueOptions } from "../channels/queue.ts";
import { callSent } from "../escalation/receipts.ts";
import { ruleBook as rules } from "../incidents/rules.ts";
import { Bell } from "../store/bell.ts";
import type { DeliveryRow } from "../store/deliveries.ts";
import { recordWithin } from "../store/record.ts";
import type { Db } from "../store/schema.ts";
import { FACILITY, FACILITY_FILE } from "./facility.ts";

/** s-01: webhook, then e-mail; s-02: webhook; s-03: e-mail; s-04: nothing. */
export const PEOPLE_FILE = FACILITY_FILE.replace(
  "staff: []",
  `staff:
  - { id: s-01, role: carer, floor: f3, channels: [ { webhook: "http://127.0.0.1:9101/phone" }, { email: s-01@example.com } ] }
  - { id: s-02, role: nurse, channels: [ { webhook: "http://127.0.0.1:9102/phone" } ] }
  - { id: s-03, role: head, channels: [ { email: s-03@example.com } ] }
  - { id: s-04, role: carer, channels: [] }`,
);

export function facilityOf(text: string): Facility {
  const parsed = parseFacility(text);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  return parsed.value;
}

export function noticeTo(person: string, change: Partial<Notice> = {}): Notice {
  return {
    facility: FACILITY,
    person,
    role: "carer",
    purpose: "call",
    incident: null,
    call: null,
    severity: "critical",
    drill: false,
    title: { zh: "烟雾报警", en: "Smoke alarm" },
    text: { zh: "请立即前往302室", en: "Go to room 302 now" },
    answer: { token: "token-of-s", answers: ["shown", "coming"] },
    ...change,
  };
}

/** A channel whose far end is the test: it answers as told, `sent` unless it was. */
export class PlayedChannel implements Channel {
  readonly kind: string;
  readonly sent: Delivery[] = [];
  /** What the next tries get; a promise holds the try up. */
  answers: (Outcome | Promise<Outcome>)[] = [];
  always: Outcome = { result: "sent" };

  constructor(kind: string) {
    this.kind = kind;
  }

  target({ address }: Pick<Delivery, "address">): string {
    return address;
  }

  send(delivery: Delivery): Promise<Outcome> {
    this.sent.push(delivery);
    return Promise.resolve(this.answers.shift() ?? this.always);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

export interface PeopleStage {
  readonly changes: Bell;
  readonly registry: Registry;
  open(): Promise<Queue>;
  tell(...notices: readonly Notice[]): Promise<void>;
  rows(): Promise<DeliveryRow[]>;
}

/** `steady` is the clock's monotonic time. */
export function stagePeople(
  db: Db,
  options: Pick<QueueOptions, "channels"> & { readonly clock: Clock } & Partial<QueueOptions>,
): PeopleStage {
  const { clock } = options;
  const changes = new Bell(clock);
  const registry = new Registry();
  const metrics = openChannelMetrics(registry);
  const facility = facilityOf(PEOPLE_FILE);
  return {
    changes,
    registry,
    open: () =>
      openQueue({
        db,
        facility: (id) => (id === FACILITY ? facility : undefined),
        changes,
        steady: () => Math.floor(clock.monotonic()),
        random: () => 0,
        settled() {},
        log: pino({ level: "silent" }),
        callSent,
        recordAlert: (tx, alert, at) => recordWithin(tx, { intakes: [alert], rules, ...at }),
        ...metrics,
        ...options,
      }),
    async tell(...notices) {
      await db.transaction().execute(async (tx) => {
        for (const notice of notices) await notify(tx, notice, { facility, now: clock.wall() });
      });
      changes.ring();
    },
    rows: () => db.selectFrom("deliveries").selectAll().orderBy("position").execute(),
  };
}
