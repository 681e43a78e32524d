/** Looks for live incidents that nothing would ever look at again. There are none unless something of ours is broken. */
import type { Logger } from "pino";
import type { Counter } from "prom-client";
import { lostEscalations, openEscalation } from "../store/escalations.ts";
import { openLogs } from "../store/log.ts";
import { incidentById } from "../store/rows.ts";
import type { Db } from "../store/schema.ts";
import type { People } from "./look.ts";

/** At once; the others at the next look. */
const REPAIRS = 100;

export interface WatchdogOptions extends Pick<People, "steady" | "wall"> {
  readonly db: Db;
  readonly log: Logger;
  readonly repaired: Counter;
}

/** Gives each its row and its timer again, and counts it: a repair is a mistake to be found. */
export async function repairLost({ db, log, repaired, steady, wall }: WatchdogOptions) {
  for (const { incident: id, facility } of await lostEscalations(db, REPAIRS)) {
    await db.transaction().execute(async (tx) => {
      const logs = await openLogs(tx, [facility], wall());
      const incident = await incidentById(tx, id);
      if (incident === null) return;
      await openEscalation(tx, incident, steady.now());
      const draft = { actor: "response", type: "escalation_repaired", data: { incident: id } };
      logs.append(facility, draft, id);
      await logs.flush();
    });
    repaired.inc();
    log.error({ incident: id }, "an incident had nobody to look at it");
  }
}
