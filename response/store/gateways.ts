import type { RuleBook } from "../incidents/model.ts";
import { recordWithin } from "./record.ts";
import type { AlertIntake } from "./intake.ts";
import type { Db, GatewaysTable, Tx } from "./schema.ts";

export type GatewayRow = GatewaysTable;

/** Every gateway with its last status, by id. */
export function loadGateways(db: Db): Promise<GatewayRow[]> {
  return db.selectFrom("gateways").selectAll().orderBy("facility").orderBy("gateway").execute();
}

/** Writes the rows as they are now, in one transaction. */
export async function saveGateways(db: Db, rows: readonly GatewayRow[]): Promise<void> {
  await db.transaction().execute(async (tx) => {
    for (const row of rows) await upsert(tx, row);
  });
}

/** Writes a change of silence: the gateway's row and its alert in one transaction. */
export async function recordSilence(
  db: Db,
  change: {
    readonly row: GatewayRow;
    readonly alert: AlertIntake;
    readonly rules: RuleBook;
    readonly now: number;
    readonly nowSteady: number;
  },
): Promise<void> {
  const { row, alert, rules, now, nowSteady } = change;
  await db.transaction().execute(async (tx) => {
    await recordWithin(tx, { intakes: [alert], rules, now, nowSteady });
    await upsert(tx, row);
  });
}

async function upsert(tx: Tx, row: GatewayRow): Promise<void> {
  const { facility: _f, gateway: _g, ...changes } = row;
  await tx
    .insertInto("gateways")
    .values(row)
    .onConflict((conflict) => conflict.columns(["facility", "gateway"]).doUpdateSet(changes))
    .execute();
}
