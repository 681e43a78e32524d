/**
 * What people do to incidents, from a page (a principal) or from a call (a token): the deeds of deeds.ts, each in its transaction, and the reset,
 * which is the gateway's to do:
 *
 *   resolve --reset--> gateways of its alerts --reply: cleared--> their `cleared` alerts come --> resolved
 *                                             --reply: still active--> `still_active`
 *                                             --none, and the facility file has it no more--> cleared in the person's name
 */
import { ok, refuse } from "@anhu/core/result";
import type { Result } from "@anhu/core/result";
import type { Clock } from "@anhu/core/time";
import type { IncidentState } from "@anhu/core/states";
import { Type } from "typebox";
import { Compile } from "typebox/compile";
import type { Cause } from "../api/types.ts";
import type { CommandAnswer, Commands } from "../commands/commands.ts";
import { DUTY_ROOM_UNATTENDED, isOwnRule } from "../incidents/rules.ts";
import { isOver } from "../incidents/model.ts";
import { callByToken } from "../store/calls.ts";
import { activeAlerts } from "../store/deeds.ts";
import type { ActiveAlert } from "../store/deeds.ts";
import type { Bell } from "../store/bell.ts";
import type { DeliveryRow } from "../store/deliveries.ts";
import { recordWithin } from "../store/record.ts";
import type { Db, Tx } from "../store/schema.ts";
import { arrive, cannotCome, close, come, here, remark, silence } from "./deeds.ts";
import { perform } from "./desk.ts";
import type { Deed, Doer } from "./desk.ts";
import type { DutyAnswers } from "./duty-answers.ts";
import type { People } from "./look.ts";
import type { Call } from "./model.ts";
import { callReceived, messageReceived } from "./receipts.ts";
import { endedBy, isOfRemoved } from "./removed-gateways.ts";
import { hashOf } from "./tokens.ts";

export type Action =
  | { readonly do: "acknowledge" | "cannot-come" | "silence" }
  | { readonly do: "arrive"; readonly code: string | undefined }
  | { readonly do: "resolve"; readonly manages: boolean }
  | { readonly do: "close"; readonly cause: Cause; readonly text: string | undefined }
  | { readonly do: "note"; readonly text: string };

export const ANSWERS = ["shown", "coming", "cannot_come", "arrived", "here"] as const;

export interface Answer {
  readonly answer: (typeof ANSWERS)[number];
  readonly code: string | undefined;
  /** The delivery that the address named; null: none. */
  readonly delivery: string | null;
}

export interface ActionsOptions {
  readonly db: Db;
  readonly people: People;
  readonly run: Commands["run"];
  /** Commands or deliveries may be due, readers have something new. */
  readonly committed: () => void;
  readonly changes: Bell;
  readonly clock: Clock;
  /** Text of the key of the rooms' codes; null: the facility has no plates. */
  readonly roomKey: string | null;
  readonly duty: DutyAnswers;
}

export interface Actions {
  /** Fails with `not_found`, `call_over`, `wrong_state`, `wrong_room_code`, `too_many_tries`, `still_active`, `gateway_unreachable`, `gateway_refused`. */
  act(incident: string, doer: Doer, action: Action): Promise<Result<null>>;
  /** Gives the incident's state, null for a duty check. Fails with `unknown_token` and as `act`. */
  answer(token: string, answer: Answer): Promise<Result<IncidentState | null>>;
  /** A page of the console shows a delivery to the person whose it is. */
  shown(page: Pick<DeliveryRow, "id" | "facility" | "person">): Promise<void>;
}

interface Reset {
  readonly incident: string;
  readonly by: string;
  /** Who resets has arrived. */
  readonly isThere: boolean;
  readonly alerts: readonly ActiveAlert[];
}

const REPLY_MS = 5_000;
/** How long the alerts that a gateway has reset may take to come. */
const CLEARED_MS = 3_000;

export function openActions(options: ActionsOptions): Actions {
  const { db, people, committed, roomKey } = options;
  const does = (incident: string, doer: Doer, deed: (deed: Deed) => Promise<Result<null>>) =>
    perform({ db, people, committed }, { incident, doer }, deed);

  async function act(incident: string, doer: Doer, action: Action): Promise<Result<null>> {
    switch (action.do) {
      case "acknowledge":
        return does(incident, doer, come);
      case "cannot-come":
        return does(incident, doer, cannotCome);
      case "silence":
        return does(incident, doer, silence);
      case "arrive":
        return does(incident, doer, (deed) => arrive(deed, { key: roomKey, code: action.code }));
      case "note":
        return does(incident, doer, (deed) => remark(deed, action.text));
      case "close":
        return does(incident, doer, (deed) => close(deed, action));
      case "resolve":
        return resolve(incident, doer, action.manages);
    }
  }

  async function resolve(incident: string, doer: Doer, manages: boolean): Promise<Result<null>> {
    let alerts: readonly ActiveAlert[] = [];
    let isThere = false;
    const asked = await does(incident, doer, async (deed) => {
      if (isOver(deed.incident.state)) return ok(null);
      isThere = deed.own !== null && deed.own.arrived_at !== null;
      if (!manages && !isThere) {
        return refuse("wrong_state", "who resets is at the scene: say first that you have arrived");
      }
      alerts = await activeAlerts(deed.tx, incident);
      deed.note("reset_asked", { alerts: alerts.map(({ alert }) => alert) });
      return ok(null);
    });
    if (!asked.ok || alerts.length === 0) return asked;
    const reset = await resetAll({ incident, by: doer.actor, isThere, alerts });
    if (reset.ok) await cleared(incident);
    return reset;
  }

  async function resetAll({ incident, by, isThere, alerts }: Reset): Promise<Result<null>> {
    const unattended = alerts.filter(({ rule }) => rule === DUTY_ROOM_UNATTENDED);
    if (unattended.length > 0) await options.duty.clear(unattended);
    const isRemoved = (alert: ActiveAlert) => isOfRemoved(people.facility(alert.facility), alert);
    const own = alerts.filter(({ rule }) => isOwnRule(rule) && rule !== DUTY_ROOM_UNATTENDED);
    await endAll(own.filter(isRemoved), by);
    // What response finds itself ends when it is over, not when somebody says so.
    const standing = own.filter((alert) => !isRemoved(alert));
    const seen = alerts.filter(({ rule }) => !isOwnRule(rule));
    const replies = await Promise.all(
      [...Map.groupBy(seen, ({ gateway }) => gateway)].map(async ([gateway, its]) => {
        const [first] = its;
        if (first === undefined) return ok([]);
        const args = { alerts: its.map(({ alert }) => alert), by };
        const expiresAt = options.clock.wall() + REPLY_MS;
        const to = { facility: first.facility, gateway, incident, by };
        const answer = await options.run({ ...to, verb: "reset", args, expiresAt }, REPLY_MS);
        // Who is far away cannot know that nothing burns.
        const isTheirs = answer === null && isThere && isRemoved(first);
        if (!isTheirs) return stillActive(gateway, answer);
        await endAll(its, by);
        return ok([]);
      }),
    );
    const failed = replies.find((reply) => !reply.ok);
    if (failed?.ok === false) return failed;
    const still = replies.flatMap((reply) => (reply.ok ? reply.value : []));
    const all = [...standing.map(({ alert }) => alert), ...still];
    return all.length === 0 ? ok(null) : refuse("still_active", all.join(", "));
  }

  /** Alerts of gateways that nobody can ask any more. */
  async function endAll(alerts: readonly ActiveAlert[], by: string): Promise<void> {
    if (alerts.length === 0) return;
    const { rules, steady } = people;
    const now = people.wall();
    const intakes = alerts.map((alert) => endedBy(alert, by, now));
    const recording = { intakes, rules, now, nowSteady: steady.now() };
    await db.transaction().execute((tx) => recordWithin(tx, recording));
    committed();
  }

  /** Waits until the gateways' alerts say so themselves: what is shown then is how it is. */
  async function cleared(incident: string): Promise<void> {
    const { changes, clock } = options;
    const until = clock.monotonic() + CLEARED_MS;
    for (let left = CLEARED_MS; left > 0; left = until - clock.monotonic()) {
      const heard = changes.rings;
      if (isOver((await stateOf(db, incident)) ?? "closed")) return;
      await changes.wait(heard, left);
    }
  }

  return {
    act,
    async answer(token, answer) {
      const hash = hashOf(token);
      const call = await callByToken(db, hash);
      if (call === undefined) return options.duty.answer(token, answer);
      const { delivery } = answer;
      const shown = answer.answer === "shown";
      await db.transaction().execute((tx) => callReceived(tx, { call, delivery, shown }, people));
      const doer = { actor: `staff:${call.person}`, person: call.person, role: call.role };
      const said = await does(call.incident, doer, (deed) => say(deed, call, answer));
      return said.ok ? ok((await stateOf(db, call.incident)) ?? null) : said;
    },
    async shown({ id, facility, person }) {
      const about = { facility, person, delivery: id };
      await db.transaction().execute((tx) => messageReceived(tx, about, people));
      committed();
    },
  };

  function say(deed: Deed, call: Call, { answer, code }: Answer): Promise<Result<null>> {
    switch (answer) {
      case "coming":
        return come(deed);
      case "cannot_come":
        return cannotCome(deed);
      case "arrived":
        return arrive(deed, { key: roomKey, code });
      case "here":
        return here(deed, call);
      case "shown":
        // A receipt says what was, so it is taken however late it comes: it has been.
        return Promise.resolve(ok(null));
    }
  }
}

const replyShape = Compile(
  Type.Object({ cleared: Type.Array(Type.String()), still_active: Type.Array(Type.String()) }),
);

/** Which alerts a gateway could not reset. */
function stillActive(gateway: string, answer: CommandAnswer | null): Result<readonly string[]> {
  if (answer === null) return refuse("gateway_unreachable", `${gateway} has not answered in 5 s`);
  if (!answer.ok) return refuse("gateway_refused", answer.detail);
  const said = parsed(answer.detail);
  return replyShape.Check(said)
    ? ok(said.still_active)
    : refuse("gateway_refused", `the answer of ${gateway} cannot be read`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return undefined;
    throw thrown;
  }
}

async function stateOf(db: Db | Tx, incident: string): Promise<IncidentState | undefined> {
  const row = await db
    .selectFrom("incidents")
    .select("state")
    .where("id", "=", incident)
    .executeTakeFirst();
  return row?.state;
}
