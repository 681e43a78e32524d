/**
 * Response's steady time, ms: it runs with the monotonic clock and never steps or goes back, also over restarts, whatever the wall clock does.
 *
 *   now = max(wall clock at the start, the last that was kept) + monotonic time since the start
 *
 * So a stop counts as time that passed as long as the wall clock is right, and as none when it was set back meanwhile.
 */
import type { Clock } from "@anhu/core/time";
import type { Db, Tx } from "../store/schema.ts";

export interface Steady {
  /** When this process started. */
  readonly since: number;
  now(): number;
  /** Keeps the time as it is; within a transaction that writes times of it. */
  keep(tx: Tx | Db): Promise<void>;
}

export async function openSteady(db: Db, clock: Clock): Promise<Steady> {
  const kept = await db.selectFrom("steady").select("at_steady").executeTakeFirst();
  const start = Math.max(Math.floor(clock.wall()), (kept?.at_steady ?? -1) + 1);
  const began = clock.monotonic();
  const now = () => start + Math.floor(clock.monotonic() - began);
  return {
    since: start,
    now,
    async keep(tx) {
      const at_steady = now();
      await tx
        .insertInto("steady")
        .values({ id: 1, at_steady })
        .onConflict((conflict) =>
          conflict
            .column("id")
            .doUpdateSet({ at_steady })
            .where("steady.at_steady", "<", at_steady),
        )
        .execute();
    },
  };
}
