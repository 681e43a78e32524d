/** What people did to an incident, as far as its rows and its log tell. */
import { sql } from "kysely";
import type { SqlBool } from "kysely";
import { DUTY_ROOM_UNATTENDED } from "../incidents/rules.ts";
import type { Tx } from "./schema.ts";

/** Stands where alerts of gateways have their gateway. */
const OWN = "response";
/** Alerts of one incident that one command names: it fits into a packet. */
const ALERTS = 200;

export interface ActiveAlert {
  readonly facility: string;
  readonly alert: string;
  readonly event: string;
  readonly device: string;
  readonly room: string;
  readonly onset: number;
  readonly gateway: string;
  readonly rule: string;
}

const COLUMNS = [
  "facility",
  "alert",
  "event",
  "gateway",
  "rule",
  "device",
  "room",
  "onset",
] as const;

/** Alerts that hold, the earliest first. */
export function activeAlerts(tx: Tx, incident: string): Promise<ActiveAlert[]> {
  return tx
    .selectFrom("alerts")
    .select(COLUMNS)
    .where("incident", "=", incident)
    .where("cleared_at", "is", null)
    .orderBy("onset")
    .orderBy("alert")
    .limit(ALERTS)
    .execute();
}

/** How many entries of the incident's timeline say exactly this. */
export async function saidBefore(
  tx: Tx,
  incident: string,
  said: {
    readonly type: string;
    readonly actor?: string;
    readonly person?: string;
    readonly text?: string;
  },
): Promise<number> {
  const { type, actor, person, text } = said;
  const parts = Object.entries({ type, actor, person, text })
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`);
  const { n } = await tx
    .selectFrom("ledger")
    .select((eb) => eb.fn.countAll<number | string>().as("n"))
    .where("incident", "=", incident)
    .where((eb) => eb.and(parts.map((part) => sql<SqlBool>`replace(entry, ${part}, '') <> entry`)))
    .executeTakeFirstOrThrow();
  return Number(n);
}

/** What holds of the duty room that did not answer, the earliest first, and the latest onset that it has had. */
export async function standingOf(
  tx: Tx,
  facility: string,
): Promise<{ readonly active: readonly ActiveAlert[]; readonly lastOnset: number | null }> {
  const own = tx
    .selectFrom("alerts")
    .where("facility", "=", facility)
    .where("gateway", "=", OWN)
    .where("rule", "=", DUTY_ROOM_UNATTENDED);
  const active = await own
    .select(COLUMNS)
    .where("cleared_at", "is", null)
    .orderBy("onset")
    .limit(ALERTS)
    .execute();
  const last = await own.select((eb) => eb.fn.max("onset").as("onset")).executeTakeFirst();
  return { active, lastOnset: last?.onset ?? null };
}
