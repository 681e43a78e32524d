/**
 * A channel that fails is a trouble alarm like a silent gateway's (gateways/watch.ts), raised by response itself:
 *
 *   subject   channel-webhook-s-01 (the way to one person) or channel-email (the whole channel: one alert, however many mails)
 *   incident  one per facility and kind of channel: alerts that come while one stands belong to it
 *   cleared   by the next delivery that the far end accepts or the person's device shows; or when the facility file names no such way
 *             any more. Until then it stands, though nothing is sent: nobody knows better, and a test call finds out
 */
import type { Facility } from "@anhu/core/facility";
import type { AlertMessage } from "@anhu/core/wire";
import { CHANNEL_FAILED } from "../incidents/rules.ts";
import type { AlertIntake } from "../store/intake.ts";
import { openLogs } from "../store/log.ts";
import type { Db, Tx } from "../store/schema.ts";
import type { Blame } from "./channel.ts";
import { CONSOLE, reachesOf } from "./reach.ts";
import type { Moment, ReachedHooks } from "./reached.ts";

/** Stands where other alerts have their gateway. */
const OWN = "response";

/** Which way to whom. */
export interface Way {
  readonly facility: string;
  readonly kind: string;
  readonly channel: string;
  readonly person: string;
}

interface Standing {
  readonly device: string;
  readonly alert: string;
  readonly event: string;
  readonly onset: number;
}

/** The alert to record when a delivery has failed; null: that trouble stands already, or nobody is to blame. */
export async function raiseTrouble(
  tx: Tx,
  way: Way,
  { blame, now }: { readonly blame: Blame; readonly now: number },
): Promise<AlertIntake | null> {
  if (blame === "nobody") return null;
  const device = blame === "channel" ? devicesOf(way).whole : devicesOf(way).own;
  const standing = await standingIn(tx, way.facility);
  if (standing.some((alert) => alert.device === device)) return null;
  const onset = await freeOnset(tx, { facility: way.facility, device, now });
  const sameKind = standing.find(
    (alert) =>
      alert.device === `channel-${way.kind}` || alert.device.startsWith(`channel-${way.kind}-`),
  );
  const fresh = `${way.facility}.${CHANNEL_FAILED}.${way.kind}.${onset}`;
  const alert = `${way.facility}/${device}/${CHANNEL_FAILED}/${onset}`;
  const event = sameKind?.event ?? fresh;
  return intake(way.facility, { device, alert, event, onset }, { phase: "raised", now });
}

/** The alerts to record when a delivery was accepted: each ends a trouble that stood. */
export async function clearTroubles(tx: Tx, way: Way, now: number): Promise<AlertIntake[]> {
  const { whole, own } = devicesOf(way);
  const standing = await standingIn(tx, way.facility);
  return standing
    .filter(({ device }) => device === whole || device === own)
    .map((alert) => intake(way.facility, alert, { phase: "cleared", now }));
}

/** Ends the troubles of ways that these facilities do not have any more. */
export async function endRemoved(
  db: Db,
  facilities: Iterable<Facility>,
  at: Moment,
  recordAlert: ReachedHooks["recordAlert"],
): Promise<void> {
  const troubled = new Set((await liveTroubles(db)).map(({ facility }) => facility));
  for (const facility of facilities) {
    const { id } = facility.facility;
    if (!troubled.has(id)) continue;
    const known = waysOf(facility);
    await db.transaction().execute(async (tx) => {
      await openLogs(tx, [id], at.now);
      for (const alert of await standingIn(tx, id)) {
        if (known.has(alert.device)) continue;
        await recordAlert(tx, intake(id, alert, { phase: "cleared", now: at.now }), at);
      }
    });
  }
}

/** How many kinds of channel of these facilities are in trouble. */
export async function standingTroubles(db: Db, facilities: Iterable<string>): Promise<number> {
  const here = new Set(facilities);
  return (await liveTroubles(db)).filter(({ facility }) => here.has(facility)).length;
}

function liveTroubles(db: Db): Promise<{ readonly facility: string }[]> {
  return db
    .selectFrom("incidents")
    .select("facility")
    .where("state", "in", ["raised", "notified", "unanswered", "acknowledged", "arrived"])
    .where("kind", "=", CHANNEL_FAILED)
    .execute();
}

/** Subjects of all troubles that its channels can have. */
function waysOf(facility: Facility): ReadonlySet<string> {
  const people = facility.staff.flatMap(({ id: person }) =>
    [...reachesOf(facility, person), CONSOLE].map(({ kind, channel }) => {
      return { kind, channel, person };
    }),
  );
  const sirens = facility.gateways
    .filter(({ siren }) => siren !== undefined)
    .map(({ id: person }) => ({ kind: "siren", channel: "siren", person }));
  return new Set([...people, ...sirens].flatMap((way) => Object.values(devicesOf(way))));
}

function devicesOf({ kind, channel, person }: Omit<Way, "facility">): {
  readonly whole: string;
  readonly own: string;
} {
  return { whole: `channel-${kind}`, own: `channel-${channel}-${person}` };
}

function standingIn(tx: Tx, facility: string): Promise<Standing[]> {
  return tx
    .selectFrom("alerts")
    .select(["device", "alert", "event", "onset"])
    .where("facility", "=", facility)
    .where("gateway", "=", OWN)
    .where("rule", "=", CHANNEL_FAILED)
    .where("cleared_at", "is", null)
    .orderBy("onset")
    .execute();
}

/** Later than every onset that the device has had: a clock that stepped back must not give an alert its old name. */
async function freeOnset(
  tx: Tx,
  {
    facility,
    device,
    now,
  }: { readonly facility: string; readonly device: string; readonly now: number },
): Promise<number> {
  const last = await tx
    .selectFrom("alerts")
    .select((eb) => eb.fn.max("onset").as("onset"))
    .where("facility", "=", facility)
    .where("gateway", "=", OWN)
    .where("device", "=", device)
    .executeTakeFirst();
  return Math.max(now, (last?.onset ?? -1) + 1);
}

function intake(
  facility: string,
  { device, alert, event, onset }: Standing,
  { phase, now }: { readonly phase: "raised" | "cleared"; readonly now: number },
): AlertIntake {
  const message: AlertMessage = {
    v: 1,
    boot: "response",
    seq: 0,
    id: alert,
    event,
    rule: CHANNEL_FAILED,
    phase,
    class: "trouble",
    severity: "high",
    subject: { device, room: "none" },
    at: now,
    onset,
    drill: false,
    evidence: [],
    clock: { source: "rtc", offset_ms: 0 },
  };
  return {
    type: "alert",
    address: { facility, gateway: OWN },
    message,
    actor: "response",
    ack: null,
  };
}
