/**
 * What a person does to an incident: one transaction each, with its entry in the log, and at once the look that follows from it. Everything
 * can be said twice: the second time changes nothing.
 */
import { refuse } from "@anhu/core/result";
import type { Result } from "@anhu/core/result";
import type { Policy } from "@anhu/core/policies";
import type { LedgerValue } from "@anhu/core/ledger";
import type { Incident } from "../incidents/model.ts";
import { latestCall } from "../store/calls.ts";
import { postpone, readSituation } from "../store/escalations.ts";
import type { StoredSituation } from "../store/escalations.ts";
import { openLogs } from "../store/log.ts";
import type { Logs } from "../store/log.ts";
import type { Db, Tx } from "../store/schema.ts";
import { look, policiesOf } from "./look.ts";
import type { People } from "./look.ts";
import type { Call } from "./model.ts";

/** Who does it. */
export interface Doer {
  /** As the log names it: `staff:<id>`, `user:<id>`, `local`. */
  readonly actor: string;
  /** Staff id; who is none is called by the actor's name. */
  readonly person: string;
  readonly role: string;
}

/** An incident within a transaction, and who does something to it. */
export interface Deed extends StoredSituation {
  readonly tx: Tx;
  readonly people: People;
  readonly doer: Doer;
  readonly policy: Policy;
  /** The doer's latest call to it; null: was not called. */
  readonly own: Call | null;
  readonly now: number;
  readonly nowSteady: number;
  readonly logs: Logs;
  /** Writes to the log, in the doer's name. */
  readonly note: (type: string, data: Readonly<Record<string, LedgerValue>>) => void;
}

export interface DeskOptions {
  readonly db: Db;
  readonly people: People;
  /** After a commit. */
  readonly committed: () => void;
}

/** Does it, and brings the incident's people up to now. Fails as `deed` does, or with `not_found`; what it noted then stays noted. */
export async function perform<T>(
  { db, people, committed }: DeskOptions,
  who: { readonly incident: string; readonly doer: Doer },
  deed: (deed: Deed) => Promise<Result<T>>,
): Promise<Result<T>> {
  const { incident, doer } = who;
  const result = await db.transaction().execute(async (tx) => {
    const facility = await facilityOf(tx, incident);
    if (facility === undefined) return refuse("not_found", `no incident ${incident}`);
    // The first look chooses the policy, which an answer needs.
    if (await isUnseen(tx, incident)) await bringUp(tx, { incident, facility }, people);
    const now = people.wall();
    const logs = await openLogs(tx, [facility], now);
    const stored = await readSituation(tx, incident, now);
    if (stored === undefined) return refuse("not_found", `no incident ${incident}`);
    const done = await deed({
      ...stored,
      tx,
      people,
      doer,
      policy: policyOf(stored, people),
      own: (await latestCall(tx, incident, doer.person)) ?? null,
      now,
      nowSteady: people.steady.now(),
      logs,
      note: (type, data) =>
        logs.append(facility, { actor: doer.actor, type, data: { incident, ...data } }, incident),
    });
    await logs.flush();
    await bringUp(tx, { incident, facility }, people);
    return done;
  });
  committed();
  return result;
}

/** Nothing of the incident holds any more: who is late need not come. */
export function over({ state }: Incident): Result<never> {
  return refuse("call_over", `the incident is ${state}`);
}

async function bringUp(
  tx: Tx,
  due: { readonly incident: string; readonly facility: string },
  people: People,
): Promise<void> {
  await postpone(tx, due.incident, people.steady.now());
  await look(tx, due, people);
}

function policyOf({ escalation, incident }: StoredSituation, people: People): Policy {
  const { policies } = policiesOf(people.facility(incident.facility));
  const policy = policies.find(({ id }) => id === escalation.policy) ?? policies[0];
  if (policy === undefined) throw new RangeError("a set without policies");
  return policy;
}

async function facilityOf(tx: Tx, incident: string): Promise<string | undefined> {
  const row = await tx
    .selectFrom("incidents")
    .select("facility")
    .where("id", "=", incident)
    .executeTakeFirst();
  return row?.facility;
}

async function isUnseen(tx: Tx, incident: string): Promise<boolean> {
  const row = await tx
    .selectFrom("escalations")
    .select("policy")
    .where("incident", "=", incident)
    .executeTakeFirst();
  return row?.policy === "";
}
