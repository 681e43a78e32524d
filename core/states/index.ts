/** How grave an alarm is, and what may become of an incident and of a message to a person. Plain words for every service, the boards and the console. */

/** The gravest first. */
export const SEVERITIES = ["critical", "high", "medium", "low"] as const;
export type Severity = (typeof SEVERITIES)[number];

/**
 * raised: recorded. notified: a far end has accepted a call. unanswered: every tier was called and nobody came. acknowledged: somebody is
 * coming. arrived: somebody is at the scene. resolved: all its alerts have cleared. closed: a person has given the cause. (ISA-18.2, 5.)
 */
export const INCIDENT_STATES = [
  "raised",
  "notified",
  "unanswered",
  "acknowledged",
  "arrived",
  "resolved",
  "closed",
] as const;
export type IncidentState = (typeof INCIDENT_STATES)[number];

/**
 * queued: recorded, not handed over. held: a further channel of the same person, tried when the one before fails (for good, or twice
 * in a row: then both go on). sending: handed over,
 * no answer yet. sent: the far end's own answer accepted it. delivered: a receipt says that the person's device showed it, or its
 * address was used to answer, whether the far end had answered our request or not. failed: refused
 * for good, or the bounded tries are used up. cancelled: not needed any more before it was sent. summarised: told within another one.
 */
export const DELIVERY_STATES = [
  "queued",
  "held",
  "sending",
  "sent",
  "delivered",
  "failed",
  "cancelled",
  "summarised",
] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];
