/** Devices in test mode, as their gateways have confirmed it. */
import type { Selectable } from "kysely";
import type { Db, Tables, Tx } from "./schema.ts";

export type TestModeRow = Selectable<Tables["test_modes"]>;

/** Writes a test mode that the gateway has begun; `until` in UTC ms. */
export async function beginTestMode(tx: Tx, row: TestModeRow): Promise<void> {
  const { facility: _facility, device: _device, ...changes } = row;
  await tx
    .insertInto("test_modes")
    .values(row)
    .onConflict((conflict) => conflict.columns(["facility", "device"]).doUpdateSet(changes))
    .execute();
}

export async function endTestMode(
  tx: Tx,
  { facility, device }: Pick<TestModeRow, "facility" | "device">,
): Promise<void> {
  await tx
    .deleteFrom("test_modes")
    .where("facility", "=", facility)
    .where("device", "=", device)
    .execute();
}

/** Test modes of a facility that have not ended by themselves. */
export function testModesOf(db: Db, facility: string, now: number): Promise<TestModeRow[]> {
  return db
    .selectFrom("test_modes")
    .selectAll()
    .where("facility", "=", facility)
    .where("until", ">", now)
    .orderBy("device")
    .execute();
}
