/** A database as version 0001 of the schema left it: made and filled by SQL alone, so that no code of today's store has a part in it. */
import { sql } from "kysely";
import { Migrator } from "kysely/migration";
import { ledgerEntry } from "@anhu/core/ledger";
import { alertMessage, T0 } from "../../testing/alerts.ts";
import type { Db } from "../schema.ts";
import { incidents } from "./0001-incidents.ts";
import type { Dialect } from "./index.ts";

export const ALERT = alertMessage({ device: "smoke-1" }).id;

/** Makes the schema of version 0001 in an empty database and fills each of its tables. */
export async function firstVersion(db: Db, dialect: Dialect): Promise<void> {
  const provider = {
    getMigrations: () => Promise.resolve({ "0001-incidents": incidents(dialect) }),
  };
  const { error } = await new Migrator({ db, provider }).migrateToLatest();
  if (error !== undefined) throw error;

  const event = `f1.fire.all.${T0}`;
  const body = JSON.stringify(alertMessage({ device: "smoke-1" }));
  await sql`insert into alert_messages (facility, gateway, alert, phase, mark, boot, seq, received_at, body)
    values ('f1', 'gw1', ${ALERT}, 'raised', 0, 'b1', 1, ${T0 + 9}, ${body})`.execute(db);
  await sql`insert into incidents (position, id, facility, state, drill, opened_at, last_onset, scope, received_at, changed_at, lead_alert,
      lead_onset, rule, kind, class, severity, room)
    values (7, ${event}, 'f1', 'raised', 0, ${T0}, ${T0}, 'fire', ${T0 + 9}, ${T0 + 9}, ${ALERT},
      ${T0}, 'smoke-alarm', 'fire', 'alarm', 'critical', 'r101')`.execute(db);
  await sql`insert into alerts (facility, gateway, alert, event, incident, rule, class, severity, device, room, resident, onset, drill,
      raised_at, updated_at, cleared_at)
    values ('f1', 'gw1', ${ALERT}, ${event}, ${event}, 'smoke-alarm', 'alarm', 'critical', 'smoke-1', 'r101', null, ${T0}, 0,
      ${T0}, null, null)`.execute(db);
  await sql`insert into events (facility, event, incident, gateway, joined)
    values ('f1', ${event}, ${event}, 'gw1', 0)`.execute(db);
  const actor = "gateway:gw1";
  const named = { facility: "f1", at: T0 + 9, actor };
  const first = ledgerEntry({ ...named, seq: 1, type: "alert_raised", data: {}, prev: null });
  const second = ledgerEntry({
    ...named,
    seq: 2,
    type: "incident_opened",
    data: {},
    prev: first.leaf,
  });
  await sql`insert into ledger (position, facility, seq, incident, entry, leaf)
    values (11, 'f1', 1, ${event}, ${first.canonical}, ${first.leaf}),
      (12, 'f1', 2, ${event}, ${second.canonical}, ${second.leaf})`.execute(db);
  await sql`insert into ledger_heads (facility, seq, leaf) values ('f1', 2, ${second.leaf})`.execute(
    db,
  );
  await sql`insert into ack_outbox (id, facility, gateway, boot, seq, code)
    values (9, 'f1', 'gw1', 'b1', 1, null)`.execute(db);
  await sql`insert into dead_letters (id, facility, gateway, code, detail, received_at, digest, payload)
    values (3, 'f1', 'gw1', 'bad_json', 'text', ${T0}, 'd1', '{')`.execute(db);
  await sql`insert into gateways (facility, gateway, heard_at, status, silent, onset)
    values ('f1', 'gw1', ${T0}, null, 0, null)`.execute(db);
  if (dialect === "postgres") await continueSequences(db);
}

/** PostgreSQL does not see numbers that were written by hand. */
async function continueSequences(db: Db): Promise<void> {
  for (const [table, column] of [
    ["incidents", "position"],
    ["ledger", "position"],
    ["ack_outbox", "id"],
    ["dead_letters", "id"],
  ] as const) {
    await sql`select setval(pg_get_serial_sequence(${table}, ${column}), max(${sql.ref(column)})) from ${sql.table(table)}`.execute(
      db,
    );
  }
}
