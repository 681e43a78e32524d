import type { Kysely } from "kysely";
import type { Migration } from "kysely/migration";
import type { Dialect } from "./index.ts";

/** Escalations, calls, deliveries, commands, users, duty checks. A migration that was released is never changed. */
export function people(dialect: Dialect): Migration {
  return {
    async up(db: Kysely<never>) {
      const numbered = (table: string) =>
        dialect === "sqlite"
          ? db.schema
              .createTable(table)
              .addColumn("position", "integer", (id) => id.primaryKey().autoIncrement())
          : db.schema
              .createTable(table)
              .addColumn("position", "bigserial", (id) => id.primaryKey());

      await db.schema.alterTable("incidents").addColumn("cause", "text").execute();
      await db.schema.alterTable("incidents").addColumn("closed_by", "text").execute();
      await db.schema
        .createIndex("incidents_by_state")
        .on("incidents")
        .columns(["state", "facility", "position"])
        .execute();
      await db.schema
        .createIndex("incidents_by_facility")
        .on("incidents")
        .columns(["facility", "position"])
        .execute();

      await db.schema
        .createTable("facilities")
        .addColumn("id", "text", (c) => c.primaryKey())
        .addColumn("region", "text", (c) => c.notNull())
        .addColumn("street", "text")
        .addColumn("kind", "text", (c) => c.notNull())
        .addColumn("name_zh", "text", (c) => c.notNull())
        .addColumn("name_en", "text", (c) => c.notNull())
        .execute();
      await db.schema
        .createIndex("facilities_by_region")
        .on("facilities")
        .column("region")
        .execute();

      await db.schema
        .createTable("escalations")
        .addColumn("incident", "text", (c) => c.primaryKey().references("incidents.id"))
        .addColumn("facility", "text", (c) => c.notNull())
        .addColumn("policy", "text", (c) => c.notNull())
        .addColumn("severity", "text", (c) => c.notNull())
        .addColumn("phase", "text", (c) => c.notNull())
        .addColumn("round", "integer", (c) => c.notNull())
        .addColumn("from_round", "integer", (c) => c.notNull())
        .addColumn("tiers_begun", "integer", (c) => c.notNull())
        .addColumn("began_steady", "bigint", (c) => c.notNull())
        .addColumn("unanswered_steady", "bigint")
        .addColumn("silenced_until_steady", "bigint")
        .addColumn("silenced_alerts", "integer", (c) => c.notNull())
        .addColumn("alerts_told", "integer", (c) => c.notNull())
        .addColumn("told_steady", "bigint")
        .addColumn("overdue_steady", "bigint")
        .addColumn("next_steady", "bigint")
        .execute();
      await db.schema
        .createIndex("escalations_due")
        .on("escalations")
        .column("next_steady")
        .execute();
      await db.schema
        .createIndex("escalations_by_phase")
        .on("escalations")
        .columns(["phase", "next_steady"])
        .execute();

      await numbered("calls")
        .addColumn("id", "text", (c) => c.notNull().unique())
        .addColumn("incident", "text", (c) => c.notNull().references("incidents.id"))
        .addColumn("facility", "text", (c) => c.notNull())
        .addColumn("person", "text", (c) => c.notNull())
        .addColumn("role", "text", (c) => c.notNull())
        .addColumn("tier", "text", (c) => c.notNull())
        .addColumn("round", "integer", (c) => c.notNull())
        .addColumn("purpose", "text", (c) => c.notNull())
        .addColumn("called_at", "bigint", (c) => c.notNull())
        .addColumn("called_steady", "bigint", (c) => c.notNull())
        .addColumn("sent_at", "bigint")
        .addColumn("delivered_at", "bigint")
        .addColumn("answer", "text")
        .addColumn("answered_at", "bigint")
        .addColumn("arrive_by_steady", "bigint")
        .addColumn("arrived_at", "bigint")
        .addColumn("token_hash", "text", (c) => c.notNull().unique())
        .addUniqueConstraint("calls_once", ["incident", "round", "person", "purpose"])
        .execute();

      await numbered("deliveries")
        .addColumn("id", "text", (c) => c.notNull().unique())
        .addColumn("facility", "text", (c) => c.notNull())
        .addColumn("incident", "text")
        .addColumn("call", "text")
        .addColumn("notice", "text", (c) => c.notNull())
        .addColumn("person", "text", (c) => c.notNull())
        .addColumn("role", "text", (c) => c.notNull())
        .addColumn("channel", "text", (c) => c.notNull())
        .addColumn("purpose", "text", (c) => c.notNull())
        .addColumn("state", "text", (c) => c.notNull())
        .addColumn("reason", "text")
        .addColumn("severity", "text", (c) => c.notNull())
        .addColumn("drill", "integer", (c) => c.notNull())
        .addColumn("attempts", "integer", (c) => c.notNull())
        .addColumn("created_at", "bigint", (c) => c.notNull())
        .addColumn("changed_at", "bigint", (c) => c.notNull())
        .addColumn("sent_at", "bigint")
        .addColumn("delivered_at", "bigint")
        .addColumn("next_steady", "bigint")
        .addColumn("summary", "text")
        .addColumn("body", "text", (c) => c.notNull())
        .execute();
      await db.schema
        .createIndex("deliveries_due")
        .on("deliveries")
        .columns(["state", "next_steady"])
        .execute();
      await db.schema
        .createIndex("deliveries_of_notice")
        .on("deliveries")
        .columns(["notice", "position"])
        .execute();
      await db.schema
        .createIndex("deliveries_of_incident")
        .on("deliveries")
        .columns(["incident", "position"])
        .execute();
      await db.schema
        .createIndex("deliveries_of_person")
        .on("deliveries")
        .columns(["facility", "person", "position"])
        .execute();
      await db.schema
        .createIndex("deliveries_of_facility")
        .on("deliveries")
        .columns(["facility", "position"])
        .execute();

      await numbered("commands")
        .addColumn("id", "text", (c) => c.notNull().unique())
        .addColumn("facility", "text", (c) => c.notNull())
        .addColumn("gateway", "text", (c) => c.notNull())
        .addColumn("incident", "text")
        .addColumn("verb", "text", (c) => c.notNull())
        .addColumn("args", "text", (c) => c.notNull())
        .addColumn("by", "text", (c) => c.notNull())
        .addColumn("created_at", "bigint", (c) => c.notNull())
        .addColumn("expires_at", "bigint", (c) => c.notNull())
        .addColumn("state", "text", (c) => c.notNull())
        .addColumn("detail", "text")
        .addColumn("changed_at", "bigint", (c) => c.notNull())
        .execute();
      await db.schema
        .createIndex("commands_by_state")
        .on("commands")
        .columns(["state", "position"])
        .execute();

      await db.schema
        .createTable("users")
        .addColumn("id", "text", (c) => c.primaryKey())
        .addColumn("login", "text", (c) => c.notNull().unique())
        .addColumn("name", "text", (c) => c.notNull())
        .addColumn("role", "text", (c) => c.notNull())
        .addColumn("scope_kind", "text", (c) => c.notNull())
        .addColumn("scope", "text", (c) => c.notNull())
        .addColumn("person", "text")
        .addColumn("password", "text")
        .addColumn("language", "text", (c) => c.notNull())
        .addColumn("disabled", "integer", (c) => c.notNull())
        .addColumn("created_at", "bigint", (c) => c.notNull())
        .addColumn("created_by", "text", (c) => c.notNull())
        .execute();
      await db.schema
        .createTable("sessions")
        .addColumn("token_hash", "text", (c) => c.primaryKey())
        .addColumn("user", "text", (c) => c.notNull().references("users.id"))
        .addColumn("created_at", "bigint", (c) => c.notNull())
        .addColumn("seen_at", "bigint", (c) => c.notNull())
        .addColumn("expires_at", "bigint", (c) => c.notNull())
        .addColumn("agent", "text", (c) => c.notNull())
        .execute();
      await db.schema
        .createTable("links")
        .addColumn("token_hash", "text", (c) => c.primaryKey())
        .addColumn("purpose", "text", (c) => c.notNull())
        .addColumn("user", "text")
        .addColumn("expires_at", "bigint", (c) => c.notNull())
        .addColumn("used_at", "bigint")
        .execute();
      await db.schema
        .createTable("sign_in_failures")
        .addColumn("key", "text", (c) => c.primaryKey())
        .addColumn("failures", "integer", (c) => c.notNull())
        .addColumn("until", "bigint", (c) => c.notNull())
        .execute();

      await db.schema
        .createTable("duty_checks")
        .addColumn("id", "text", (c) => c.primaryKey())
        .addColumn("facility", "text", (c) => c.notNull())
        .addColumn("shift", "text", (c) => c.notNull())
        .addColumn("due_at", "bigint", (c) => c.notNull())
        .addColumn("asked_at", "bigint")
        .addColumn("asked_steady", "bigint")
        .addColumn("answered_at", "bigint")
        .addColumn("person", "text")
        .addColumn("state", "text", (c) => c.notNull())
        .execute();
      await db.schema
        .createIndex("duty_checks_by_state")
        .on("duty_checks")
        .columns(["state", "due_at"])
        .execute();
      await db.schema
        .createTable("test_modes")
        .addColumn("facility", "text", (c) => c.notNull())
        .addColumn("device", "text", (c) => c.notNull())
        .addColumn("until", "bigint", (c) => c.notNull())
        .addColumn("by", "text", (c) => c.notNull())
        .addColumn("reason", "text", (c) => c.notNull())
        .addPrimaryKeyConstraint("test_modes_key", ["facility", "device"])
        .execute();
      await db.schema
        .createTable("exports")
        .addColumn("name", "text", (c) => c.primaryKey())
        .addColumn("position", "bigint", (c) => c.notNull())
        .execute();
      await db.schema
        .createTable("steady")
        .addColumn("id", "integer", (c) => c.primaryKey())
        .addColumn("at_steady", "bigint", (c) => c.notNull())
        .execute();
    },
  };
}
