/**
 * From a notice to deliveries: one row per channel of the person, written in the caller's transaction, so that whoever decides that a
 * person is told and what is due to go out are one fact. The queue finds them after the commit.
 *
 *   critical, prompt, unanswered, duty_check, test_call:  every channel queued at once
 *   else:                                                 the first queued, the others held until the one before fails
 */
import { randomUUID } from "node:crypto";
import type { Facility, Name } from "@anhu/core/facility";
import type { Insertable } from "kysely";
import { CHANNEL_FAILED } from "../incidents/rules.ts";
import type { DeliveriesTable, Tx } from "../store/schema.ts";
import type { Notice, Purpose } from "./model.ts";
import { CONSOLE, hasAccount, reachesOf } from "./reach.ts";
import { incidentTold } from "./told.ts";
import type { Told } from "./told.ts";

export interface NotifyOptions {
  /** Of the notice's facility; undefined: it has none. */
  readonly facility: Facility | undefined;
  /** Response's wall clock, UTC ms. */
  readonly now: number;
}

/** The siren of a facility sounds again: nobody has answered. */
export interface SirenNotice {
  readonly facility: string;
  readonly incident: string;
  readonly severity: Notice["severity"];
  readonly drill: boolean;
  readonly title: Name;
  readonly text: Name;
}

const AT_ONCE: readonly Purpose[] = ["prompt", "unanswered", "duty_check", "test_call"];
const DRILL: Name = { zh: "【演练】", en: "[DRILL] " };

/**
 * Records that a person is to be told, and gives the deliveries' ids in the order of the channels. A person whom no channel reaches
 * gets one delivery on the channel `none`, failed as `no_channel`. A drill's title is marked here.
 */
export async function notify(
  tx: Tx,
  notice: Notice,
  options: NotifyOptions,
): Promise<readonly string[]> {
  const channels = await channelsFor(tx, notice, options.facility);
  const body = await bodyOf(tx, notice, options.facility);
  return insert(tx, {
    notice,
    body,
    now: options.now,
    rows:
      channels.length === 0
        ? [{ channel: "none", state: "failed", reason: "no_channel" }]
        : channels.map((channel, index) => ({
            channel,
            state: goesAtOnce(notice) || index === 0 ? "queued" : "held",
            reason: null,
          })),
  });
}

/** Records that every siren of the facility is to sound again: one delivery per gateway that has one, with the gateway as its person. */
export async function notifySirens(
  tx: Tx,
  siren: SirenNotice,
  options: NotifyOptions,
): Promise<readonly string[]> {
  const ids: string[] = [];
  for (const gateway of options.facility?.gateways ?? []) {
    if (gateway.siren === undefined) continue;
    const notice: Notice = {
      ...siren,
      person: gateway.id,
      role: "gateway",
      purpose: "unanswered",
      call: null,
      answer: null,
    };
    const body = await bodyOf(tx, notice, options.facility);
    const rows = [{ channel: "siren", state: "queued", reason: null }] as const;
    ids.push(...(await insert(tx, { notice, body, now: options.now, rows })));
  }
  return ids;
}

/** A trouble of a channel is not told by that channel: it would fail again, or end the trouble by its own notice. */
async function channelsFor(
  tx: Tx,
  { facility: facilityId, person, incident }: Notice,
  facility: Facility | undefined,
): Promise<readonly string[]> {
  const account = await hasAccount(tx, facilityId, person);
  const all = [...reachesOf(facility, person), ...(account ? [CONSOLE] : [])];
  const channels = all.map(({ channel }) => channel);
  if (incident === null) return channels;
  const failed = await tx
    .selectFrom("alerts")
    .select("device")
    .where("incident", "=", incident)
    .where("rule", "=", CHANNEL_FAILED)
    .execute();
  const broken = new Set(failed.map(({ device }) => device));
  return all
    .filter(
      ({ channel, kind }) =>
        !broken.has(`channel-${kind}`) && !broken.has(`channel-${channel}-${person}`),
    )
    .map(({ channel }) => channel);
}

async function bodyOf(tx: Tx, notice: Notice, facility: Facility | undefined): Promise<Told> {
  const { incident, coming } = await incidentTold(tx, notice.incident, facility);
  return { title: markedTitle(notice), text: notice.text, answer: notice.answer, incident, coming };
}

/** Whether all channels of a person are tried at once: what cannot wait to see whether one works. */
export function goesAtOnce({ severity, purpose }: Pick<Notice, "severity" | "purpose">): boolean {
  return severity === "critical" || AT_ONCE.includes(purpose);
}

/** The title as people read it: a drill's says so in front. */
export function markedTitle({ title, drill }: Pick<Notice, "title" | "drill">): Name {
  const mark = (text: string, by: string) =>
    drill && !text.startsWith(by.trim()) ? by + text : text;
  return { zh: mark(title.zh, DRILL.zh), en: mark(title.en, DRILL.en) };
}

type Start = Pick<DeliveriesTable, "channel" | "state" | "reason">;

async function insert(
  tx: Tx,
  {
    notice,
    body,
    now,
    rows,
  }: {
    readonly notice: Notice;
    readonly body: Told;
    readonly now: number;
    readonly rows: readonly Start[];
  },
): Promise<readonly string[]> {
  const id = randomUUID();
  const made = rows.map((start): Insertable<DeliveriesTable> => ({
    ...start,
    id: randomUUID(),
    facility: notice.facility,
    incident: notice.incident,
    call: notice.call,
    notice: id,
    person: notice.person,
    role: notice.role,
    purpose: notice.purpose,
    severity: notice.severity,
    drill: notice.drill ? 1 : 0,
    attempts: 0,
    created_at: now,
    changed_at: now,
    sent_at: null,
    delivered_at: null,
    next_steady: null,
    body: JSON.stringify(body),
  }));
  await tx.insertInto("deliveries").values(made).execute();
  return made.map((row) => row.id);
}
