/** A database of the first version goes to the newest with all that stands in it: run over each dialect by the tests. */
import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import { verifyLedger } from "@anhu/core/ledger";
import { ruleBook } from "../../incidents/rules.ts";
import { alertIntake, T0 } from "../../testing/alerts.ts";
import { dueAcks } from "../acks.ts";
import { loadGateways } from "../gateways.ts";
import { EVERYWHERE } from "../../access/model.ts";
import { changesAfter, deadLetters, ledgerPage, listIncidents } from "../reading.ts";
import { recordBurst } from "../record.ts";
import type { Db } from "../schema.ts";
import { ALERT, firstVersion } from "./fixtures.ts";
import { migrate, pendingMigrations } from "./index.ts";
import type { Dialect } from "./index.ts";

export function describeMigrations(dialect: Dialect, openEmpty: () => Promise<Db>): void {
  describe(`migrations on ${dialect}`, () => {
    test("a database of version 0001 keeps every row, reads it, and takes new ones", async () => {
      const db = await openEmpty();
      await firstVersion(db, dialect);
      expect(await pendingMigrations(db, dialect)).not.toContain("0001-incidents");
      await migrate(db, dialect);
      expect(await pendingMigrations(db, dialect)).toEqual([]);

      expect(await listIncidents(db, { limit: 10 })).toMatchObject([
        {
          id: `f1.fire.all.${T0}`,
          position: 7,
          state: "raised",
          opened_at: T0,
          drill: false,
          lead: { kind: "fire", rule: "smoke-alarm", room: "r101" },
          alerts: [{ alert: ALERT, device: "smoke-1", drill: false, raised_at: T0 }],
          events: [{ event: `f1.fire.all.${T0}`, gateway: "gw1", joined: false }],
        },
      ]);
      expect(await dueAcks(db, 10)).toMatchObject([{ id: 9, boot: "b1", seq: 1, code: null }]);
      expect(await deadLetters(db, { limit: 10, scope: EVERYWHERE })).toMatchObject([
        { id: 3, code: "bad_json", payload: "{" },
      ]);
      expect(await loadGateways(db)).toMatchObject([{ gateway: "gw1", heard_at: T0, silent: 0 }]);
      expect(await changesAfter(db, { position: 0, limit: 10, scope: EVERYWHERE })).toMatchObject([
        { position: 11 },
        { position: 12 },
      ]);

      const intakes = [alertIntake({ device: "smoke-2", event: `f1.fire.all.${T0}` })];
      await recordBurst(db, { intakes, rules: ruleBook, now: T0 + 5_000, nowSteady: T0 + 5_000 });
      const log = await ledgerPage(db, { facility: "f1", from: 1, limit: 10 });
      expect(verifyLedger(log.map(({ entry }) => entry))).toMatchObject({
        intact: 3,
        finding: null,
      });
      expect(await changesAfter(db, { position: 12, limit: 10, scope: EVERYWHERE })).toHaveLength(
        1,
      );
      await db.destroy();
    });

    test("migrating twice changes nothing", async () => {
      const db = await openEmpty();
      await migrate(db, dialect);
      await expect(migrate(db, dialect)).resolves.toBeUndefined();
      await db.destroy();
    });

    test("a database of a newer program is left alone", async () => {
      const db = await openEmpty();
      await migrate(db, dialect);
      await sql`insert into kysely_migration (name, timestamp) values ('9999-later', '')`.execute(
        db,
      );
      await expect(migrate(db, dialect)).rejects.toMatchObject({ code: "migration_failed" });
      await db.destroy();
    });
  });
}
