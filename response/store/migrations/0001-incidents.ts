import { sql } from "kysely";
import type { Kysely } from "kysely";
import type { Migration } from "kysely/migration";
import type { Dialect } from "./index.ts";

/** Alerts, incidents, ledger, answers due, gateways. A migration that was released is never changed: it names its columns itself. */
export function incidents(dialect: Dialect): Migration {
  return {
    async up(db: Kysely<never>) {
      const numbered = (table: string, column: string) =>
        dialect === "sqlite"
          ? db.schema
              .createTable(table)
              .addColumn(column, "integer", (id) => id.primaryKey().autoIncrement())
          : db.schema.createTable(table).addColumn(column, "bigserial", (id) => id.primaryKey());

      await db.schema
        .createTable("alert_messages")
        .addColumn("facility", "text", (c) => c.notNull())
        .addColumn("gateway", "text", (c) => c.notNull())
        .addColumn("alert", "text", (c) => c.notNull())
        .addColumn("phase", "text", (c) => c.notNull())
        .addColumn("mark", "bigint", (c) => c.notNull())
        .addColumn("boot", "text", (c) => c.notNull())
        .addColumn("seq", "bigint", (c) => c.notNull())
        .addColumn("received_at", "bigint", (c) => c.notNull())
        .addColumn("body", "text", (c) => c.notNull())
        .addPrimaryKeyConstraint("alert_messages_key", [
          "facility",
          "gateway",
          "alert",
          "phase",
          "mark",
        ])
        .execute();

      await numbered("incidents", "position")
        .addColumn("id", "text", (c) => c.notNull().unique())
        .addColumn("facility", "text", (c) => c.notNull())
        .addColumn("state", "text", (c) => c.notNull())
        .addColumn("drill", "integer", (c) => c.notNull())
        .addColumn("opened_at", "bigint", (c) => c.notNull())
        .addColumn("last_onset", "bigint", (c) => c.notNull())
        .addColumn("scope", "text", (c) => c.notNull())
        .addColumn("received_at", "bigint", (c) => c.notNull())
        .addColumn("changed_at", "bigint", (c) => c.notNull())
        .addColumn("lead_alert", "text", (c) => c.notNull())
        .addColumn("lead_onset", "bigint", (c) => c.notNull())
        .addColumn("rule", "text", (c) => c.notNull())
        .addColumn("kind", "text", (c) => c.notNull())
        .addColumn("class", "text", (c) => c.notNull())
        .addColumn("severity", "text", (c) => c.notNull())
        .addColumn("room", "text", (c) => c.notNull())
        .execute();
      await db.schema
        .createIndex("incidents_near")
        .on("incidents")
        .columns(["facility", "scope", "last_onset"])
        .execute();

      await db.schema
        .createTable("alerts")
        .addColumn("facility", "text", (c) => c.notNull())
        .addColumn("gateway", "text", (c) => c.notNull())
        .addColumn("alert", "text", (c) => c.notNull())
        .addColumn("event", "text", (c) => c.notNull())
        .addColumn("incident", "text", (c) => c.notNull().references("incidents.id"))
        .addColumn("rule", "text", (c) => c.notNull())
        .addColumn("class", "text", (c) => c.notNull())
        .addColumn("severity", "text", (c) => c.notNull())
        .addColumn("device", "text", (c) => c.notNull())
        .addColumn("room", "text", (c) => c.notNull())
        .addColumn("resident", "text")
        .addColumn("onset", "bigint", (c) => c.notNull())
        .addColumn("drill", "integer", (c) => c.notNull())
        .addColumn("raised_at", "bigint")
        .addColumn("updated_at", "bigint")
        .addColumn("cleared_at", "bigint")
        .addPrimaryKeyConstraint("alerts_key", ["facility", "gateway", "alert"])
        .execute();
      await db.schema
        .createIndex("alerts_of_incident")
        .on("alerts")
        .columns(["incident", "cleared_at"])
        .execute();

      await db.schema
        .createTable("events")
        .addColumn("facility", "text", (c) => c.notNull())
        .addColumn("event", "text", (c) => c.notNull())
        .addColumn("incident", "text", (c) => c.notNull().references("incidents.id"))
        .addColumn("gateway", "text", (c) => c.notNull())
        .addColumn("joined", "integer", (c) => c.notNull())
        .addPrimaryKeyConstraint("events_key", ["facility", "event"])
        .execute();
      await db.schema
        .createIndex("events_of_incident")
        .on("events")
        .columns(["incident", "gateway"])
        .execute();

      await db.schema
        .createTable("ledger_heads")
        .addColumn("facility", "text", (c) => c.primaryKey())
        .addColumn("seq", "bigint", (c) => c.notNull())
        .addColumn("leaf", "text")
        .execute();
      await numbered("ledger", "position")
        .addColumn("facility", "text", (c) => c.notNull())
        .addColumn("seq", "bigint", (c) => c.notNull())
        .addColumn("incident", "text")
        .addColumn("entry", "text", (c) => c.notNull())
        .addColumn("leaf", "text", (c) => c.notNull())
        .addUniqueConstraint("ledger_seq", ["facility", "seq"])
        .execute();
      await db.schema
        .createIndex("ledger_of_incident")
        .on("ledger")
        .columns(["incident", "position"])
        .execute();

      await numbered("ack_outbox", "id")
        .addColumn("facility", "text", (c) => c.notNull())
        .addColumn("gateway", "text", (c) => c.notNull())
        .addColumn("boot", "text", (c) => c.notNull())
        .addColumn("seq", "bigint", (c) => c.notNull())
        .addColumn("code", "text")
        .addUniqueConstraint("ack_outbox_message", ["facility", "gateway", "boot", "seq"])
        .execute();

      await numbered("dead_letters", "id")
        .addColumn("facility", "text", (c) => c.notNull())
        .addColumn("gateway", "text", (c) => c.notNull())
        .addColumn("code", "text", (c) => c.notNull())
        .addColumn("detail", "text", (c) => c.notNull())
        .addColumn("received_at", "bigint", (c) => c.notNull())
        .addColumn("digest", "text", (c) => c.notNull())
        .addColumn("payload", "text", (c) => c.notNull())
        .addUniqueConstraint("dead_letters_once", ["facility", "gateway", "digest"])
        .execute();

      await db.schema
        .createTable("gateways")
        .addColumn("facility", "text", (c) => c.notNull())
        .addColumn("gateway", "text", (c) => c.notNull())
        .addColumn("heard_at", "bigint")
        .addColumn("status", "text")
        .addColumn("silent", "integer", (c) => c.notNull())
        .addColumn("onset", "bigint")
        .addPrimaryKeyConstraint("gateways_key", ["facility", "gateway"])
        .execute();

      await (dialect === "sqlite" ? keepLogOnSqlite(db) : keepLogOnPostgres(db));
    },
  };
}

/** The log is append-only also for a mistake of ours: nothing in this house updates or deletes an entry. */
async function keepLogOnSqlite(db: Kysely<never>): Promise<void> {
  for (const verb of ["update", "delete"]) {
    await sql`create trigger ${sql.ref(`ledger_no_${verb}`)} before ${sql.raw(verb)} on ledger
      begin select raise(abort, 'the ledger is append-only'); end`.execute(db);
  }
}

/**
 * Append-only likewise. Moreover positions must appear in their order: two transactions could take 5 and 6 and commit 6 first, and a stream
 * that has read 6 would never see 5. So who writes to the log holds it from before its first position is taken until the commit; SQLite
 * has one writer anyway.
 */
async function keepLogOnPostgres(db: Kysely<never>): Promise<void> {
  await sql`create function ledger_refuse() returns trigger language plpgsql as
    $$ begin raise exception 'the ledger is append-only'; end $$`.execute(db);
  await sql`create trigger ledger_append_only before update or delete or truncate on ledger
    for each statement execute function ledger_refuse()`.execute(db);
  await sql`create function ledger_queue() returns trigger language plpgsql as
    $$ begin perform pg_advisory_xact_lock(hashtext('anhu.ledger')); return null; end $$`.execute(
    db,
  );
  await sql`create trigger ledger_in_order before insert on ledger
    for each statement execute function ledger_queue()`.execute(db);
}
