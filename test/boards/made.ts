/**
 * A facility that is only in response's database: incidents that went every way people can take them, and messages in every state. What the
 * response panels must answer about it is known by hand.
 */
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { DELIVERY_STATES } from "@anhu/core/states";
import { expect } from "vitest";
import { counts, only, total } from "./expected.ts";
import type { Row } from "./grafana.ts";

const FACILITY = "made-0001";

type Entry = readonly [afterS: number, type: string, drill?: boolean];

/** Seconds after the beginning of each incident. */
const INCIDENTS: readonly (readonly Entry[])[] = [
  [
    [0, "alert_raised"],
    [0, "incident_opened"],
    [2, "incident_notified"],
    [10, "incident_acknowledged"],
    [50, "incident_arrived"],
    [300, "incident_resolved"],
    [400, "incident_closed"],
  ],
  [
    [0, "alert_raised"],
    [0, "incident_opened"],
    [4, "incident_notified"],
    [175, "incident_unanswered"],
    [190, "incident_acknowledged"],
    [230, "incident_arrived"],
    [500, "incident_resolved"],
  ],
  [
    [0, "alert_raised"],
    [0, "incident_opened"],
    [6, "incident_notified"],
    [20, "incident_acknowledged"],
  ],
  [
    [0, "alert_raised", true],
    [0, "incident_opened", true],
    [1, "incident_notified", true],
    [2, "incident_acknowledged", true],
    [3, "incident_arrived", true],
    [4, "incident_resolved", true],
  ],
];

interface Delivery {
  readonly channel: string;
  readonly role: string;
  readonly purpose: string;
  readonly state: string;
  readonly sentAfterS: number | null;
}

const DELIVERIES: readonly Delivery[] = [
  { channel: "webhook", role: "carer", purpose: "call", state: "delivered", sentAfterS: 1 },
  { channel: "webhook", role: "carer", purpose: "call", state: "sent", sentAfterS: 3 },
  { channel: "webhook", role: "head", purpose: "call", state: "failed", sentAfterS: null },
  { channel: "email", role: "head", purpose: "call", state: "sent", sentAfterS: 7 },
  { channel: "email", role: "carer", purpose: "call", state: "held", sentAfterS: null },
  { channel: "none", role: "nurse", purpose: "prompt", state: "failed", sentAfterS: null },
  {
    channel: "console",
    role: "carer",
    purpose: "stand_down",
    state: "cancelled",
    sentAfterS: null,
  },
  { channel: "webhook", role: "carer", purpose: "update", state: "summarised", sentAfterS: null },
  { channel: "webhook", role: "nurse", purpose: "call", state: "queued", sentAfterS: null },
  { channel: "webhook", role: "nurse", purpose: "call", state: "sending", sentAfterS: null },
];

/** Panels that are asked about it, by their English title. */
export const MADE: Readonly<
  Record<string, (answers: readonly (readonly Row[])[], states: readonly string[]) => void>
> = {
  "Time to respond, median": (answers) => {
    expect(answers.map((rows) => only(rows, "median"))).toEqual([4, 20, 140, 400]);
  },
  "Time to respond, slowest": (answers) => {
    expect(answers.map((rows) => only(rows, "max"))).toEqual([6, 190, 230]);
  },
  "Messages by state": (answers, states) => {
    expect(answers.map((rows) => total(rows, "count"))).toEqual(
      DELIVERY_STATES.map((state) => states.filter((one) => one === state).length),
    );
    expect(new Set(states).size).toBeGreaterThan(5);
  },
  Channels: (answers) => {
    const by = ["channel", "role"];
    const sent = (answers[0] ?? []).filter((row) => Number(row["times"]) > 0);
    expect(counts(sent, by, "times")).toEqual({ "webhook carer": 2, "email head": 1 });
    expect(counts(sent, by, "slowest")).toEqual({ "webhook carer": 3, "email head": 7 });
  },
  "Failed messages": (answers) => {
    expect(counts(answers[0], ["channel", "role", "purpose"], "times")).toEqual({
      "webhook head call": 1,
      "none nurse prompt": 1,
    });
  },
};

/** The state that each of the made messages has now: response itself goes on with those that wait. */
export function madeStates(dataDir: string): string[] {
  const db = new DatabaseSync(join(dataDir, "response.db"), { readOnly: true });
  const rows = db.prepare("SELECT state FROM deliveries WHERE facility = ?").all(FACILITY);
  db.close();
  return rows.map(({ state }) => String(state));
}

/** Writes it to the database of a running response, as its own parts would. `now`: UTC ms. */
export function makeResponse(dataDir: string, now: number): void {
  const db = new DatabaseSync(join(dataDir, "response.db"), { timeout: 5_000 });
  const began = now - 1_000_000;
  let seq = 0;
  for (const [n, entries] of INCIDENTS.entries()) {
    const incident = `${FACILITY}.fire.all.${n}`;
    for (const [afterS, type, drill = false] of entries) {
      seq += 1;
      const at = began + n * 1_000 + afterS * 1_000;
      const alert = { alert: `a${n}`, rule: "smoke-alarm", class: "alarm", severity: "critical" };
      const data = { incident, ...alert, room: "r1", onset: at, drill };
      const entry = JSON.stringify({
        v: 1,
        facility: FACILITY,
        seq,
        at,
        actor: "made",
        type,
        data,
      });
      insert(db, "ledger", { facility: FACILITY, seq, incident, entry, leaf: `made-${seq}` });
    }
  }
  for (const [n, delivery] of DELIVERIES.entries()) {
    const { sentAfterS, ...rest } = delivery;
    const created_at = began + n;
    const sent_at = sentAfterS === null ? null : created_at + sentAfterS * 1_000;
    const ids = { id: `made-${n}`, notice: `made-${n}`, facility: FACILITY, person: "s-01" };
    insert(db, "deliveries", { ...ids, ...rest, severity: "critical", created_at, sent_at });
  }
  db.close();
}

/** A row with what is given; what else must not be null is empty or 0. */
function insert(
  db: DatabaseSync,
  table: string,
  given: Readonly<Record<string, string | number | null>>,
): void {
  const columns = db
    .prepare(`SELECT name, type, "notnull", pk FROM pragma_table_info(?)`)
    .all(table);
  const row = columns.flatMap(({ name, type, notnull, pk }) => {
    const key = String(name);
    if (pk === 1) return [];
    if (key in given) return [[key, given[key] ?? null] as const];
    if (notnull === 0) return [];
    return [[key, type === "text" || type === "TEXT" ? "" : 0] as const];
  });
  const names = row.map(([key]) => `"${key}"`).join(", ");
  const marks = row.map(() => "?").join(", ");
  db.prepare(`INSERT INTO ${table} (${names}) VALUES (${marks})`).run(
    ...row.map(([, value]) => value),
  );
}
