/** What people can do to an incident that is live: say that they come or cannot, arrive, silence, note. Each within a transaction (desk.ts). */
import { randomUUID } from "node:crypto";
import { ok, refuse } from "@anhu/core/result";
import type { Result } from "@anhu/core/result";
import { roomCode } from "@anhu/core/people";
import { isOver } from "../incidents/model.ts";
import { changeCall, insertCalls } from "../store/calls.ts";
import { addCommand } from "../store/commands.ts";
import { activeAlerts, saidBefore } from "../store/deeds.ts";
import { over } from "./desk.ts";
import type { Deed } from "./desk.ts";
import type { Call } from "./model.ts";
import { hashOf } from "./tokens.ts";

/** assumption: a silence that its gateway has not got in 30 s comes too late to help anybody hear. */
const COMMAND_MS = 30_000;
/** Wrong codes of one person in one incident. At the bound no further one is looked at: four digits must not be tried out. */
const WRONG_CODES = 10;

/** A promise to come: it holds back who is next until `arrive_s` are over. */
export async function come(deed: Deed): Promise<Result<null>> {
  const { incident, tx, policy, now, nowSteady, note } = deed;
  if (isOver(incident.state)) return over(incident);
  const call = await ownCall(deed);
  if (call.arrived_at !== null || holds(call, nowSteady)) return ok(null);
  const arrive_by_steady = nowSteady + policy.arrive_s * 1000;
  await changeCall(tx, call.id, { answer: "coming", answered_at: now, arrive_by_steady });
  note("answered", { ...named(call), answer: "coming", arrive_s: policy.arrive_s });
  return ok(null);
}

/** Fails with `wrong_state` for who is there already. */
export async function cannotCome(deed: Deed): Promise<Result<null>> {
  const { incident, tx, now, note } = deed;
  if (isOver(incident.state)) return over(incident);
  const call = await ownCall(deed);
  if (call.arrived_at !== null) return refuse("wrong_state", "this person is at the scene");
  if (call.answer === "cannot_come") return ok(null);
  const set = { answer: "cannot_come", answered_at: now, arrive_by_steady: null } as const;
  await changeCall(tx, call.id, set);
  note("answered", { ...named(call), answer: "cannot_come" });
  return ok(null);
}

/** The duty room is manned. Fails with `wrong_state` for a call that asks somebody to come. */
export async function here(deed: Deed, asked: Call): Promise<Result<null>> {
  const { incident, tx, now, note } = deed;
  if (isOver(incident.state)) return over(incident);
  if (asked.purpose !== "prompt") return refuse("wrong_state", "this call asks somebody to come");
  if (asked.answer !== null && asked.answer !== "cannot_come") return ok(null);
  await changeCall(tx, asked.id, { answer: "here", answered_at: now });
  note("answered", { ...named(asked), answer: "here" });
  return ok(null);
}

/**
 * Somebody is at the scene: where it is a room that is known, the code on its wall says so. `key`: text of the key file; null: there is none, and
 * no plate. Fails with `wrong_room_code` (each is noted), and `too_many_tries` after 10 of them.
 */
export async function arrive(
  deed: Deed,
  { key, code }: { readonly key: string | null; readonly code: string | undefined },
): Promise<Result<null>> {
  const { incident, tx, now, note } = deed;
  if (isOver(incident.state)) return over(incident);
  const call = await ownCall(deed);
  if (call.arrived_at !== null) return ok(null);
  const codes = codesOf(deed, key);
  if (codes.length > 0) {
    const tried = { type: "room_code_wrong", person: call.person };
    const wrong = await saidBefore(tx, incident.id, tried);
    if (wrong >= WRONG_CODES) return refuse("too_many_tries", `${wrong} wrong codes`);
    if (!codes.includes(code ?? "")) {
      note("room_code_wrong", named(call));
      return refuse("wrong_room_code", "this is not the code on the wall of the room");
    }
  }
  const answer = { answer: "coming", answered_at: call.answered_at ?? now } as const;
  await changeCall(tx, call.id, { ...answer, arrive_by_steady: null, arrived_at: now });
  note("arrived", { ...named(call), code: codes.length > 0 });
  return ok(null);
}

/** The sirens are quiet for `silence_s`; it is no answer. */
export async function silence(deed: Deed): Promise<Result<null>> {
  const { incident, escalation, tx, policy, doer, now, nowSteady, note } = deed;
  if (isOver(incident.state)) return over(incident);
  const until = escalation.silenced_until_steady;
  if (until !== null && until > nowSteady) return ok(null);
  const seconds = policy.silence_s;
  await tx
    .updateTable("escalations")
    .set({
      silenced_until_steady: nowSteady + seconds * 1000,
      silenced_alerts: deed.alerts,
    })
    .where("incident", "=", incident.id)
    .execute();
  const alerts = await activeAlerts(tx, incident.id);
  for (const gateway of sirensOf(deed)) {
    const own = alerts.filter((alert) => alert.gateway === gateway).map(({ alert }) => alert);
    if (own.length === 0) continue;
    const by = doer.actor;
    // What is not named sounds on: it is another incident, or nobody has heard of it yet.
    const args = { seconds, until: now + seconds * 1000, alerts: own, by };
    const to = { facility: incident.facility, gateway, incident: incident.id };
    const command = { ...to, verb: "silence", args, by, expiresAt: now + COMMAND_MS };
    await addCommand(tx, command, now);
  }
  note("silenced", { seconds });
  return ok(null);
}

/** Gateways of the facility that have a siren. */
function sirensOf({ incident, people }: Deed): readonly string[] {
  const gateways = people.facility(incident.facility)?.gateways ?? [];
  return gateways.filter(({ siren }) => siren !== undefined).map(({ id }) => id);
}

/** A remark, in whatever state. The same one by the same person is written once. */
export async function remark(deed: Deed, text: string): Promise<Result<null>> {
  const { incident, tx, doer, note } = deed;
  const known = await saidBefore(tx, incident.id, { type: "note", actor: doer.actor, text });
  if (known === 0) note("note", { text });
  return ok(null);
}

/** A person says what it was. Fails with `wrong_state` while it is not resolved, and when another cause was given. */
export async function close(
  deed: Deed,
  { cause, text }: { readonly cause: string; readonly text: string | undefined },
): Promise<Result<null>> {
  const { incident, tx, doer, now, note } = deed;
  if (incident.state === "closed" && incident.cause === cause) return ok(null);
  if (incident.state !== "resolved") {
    return refuse("wrong_state", `an incident that is ${incident.state} cannot be closed`);
  }
  await tx
    .updateTable("incidents")
    .set({ state: "closed", cause, closed_by: doer.actor, changed_at: now })
    .where("id", "=", incident.id)
    .execute();
  note("incident_closed", { cause, ...(text === undefined ? {} : { text }) });
  return ok(null);
}

/** The doer's latest call; who was not called calls himself. */
async function ownCall(deed: Deed): Promise<Call> {
  const { own, doer, incident, escalation, people, tx, now, nowSteady, note } = deed;
  if (own !== null && own.round >= escalation.from_round) return own;
  const id = randomUUID();
  const { person, role } = doer;
  const call = {
    id,
    incident: incident.id,
    facility: incident.facility,
    person,
    role,
    tier: "self",
    round: escalation.round,
    purpose: "call",
    called_at: now,
    called_steady: nowSteady,
    sent_at: null,
    delivered_at: null,
    answer: null,
    answered_at: null,
    arrive_by_steady: null,
    arrived_at: null,
    token_hash: hashOf(people.tokens.tokenOf(id)),
  } as const;
  await insertCalls(tx, [call]);
  note("called", { ...named(call), tier: "self", round: call.round, purpose: "call" });
  return { ...call, position: 0 };
}

function named({ person, role, id }: Pick<Call, "person" | "role" | "id">) {
  return { person, role, call: id };
}

function holds({ answer, arrive_by_steady }: Call, nowSteady: number): boolean {
  return answer === "coming" && arrive_by_steady !== null && arrive_by_steady > nowSteady;
}

/** The codes of the rooms where it is; none where it is no place that has a plate. */
function codesOf({ incident, rooms, people }: Deed, key: string | null): readonly string[] {
  const { facility } = incident;
  const places = people.facility(facility)?.places ?? [];
  if (key === null) return [];
  return rooms
    .filter((room) => places.some(({ id }) => id === room))
    .map((room) => roomCode(key, facility, room));
}
