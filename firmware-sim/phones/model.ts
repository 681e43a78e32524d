import type { StaffRole } from "@anhu/core/facility";

/** What a phone reads of a call (`anhu.call`); the rest is for people's eyes. */
export interface Call {
  readonly delivery: string;
  readonly purpose: string;
  readonly person: string;
  readonly role: string;
  readonly severity: string;
  readonly drill: boolean;
  readonly incident: CalledIncident | null;
  /** What may be answered. */
  readonly answers: readonly string[];
  /** Where; it lets whoever knows it answer, so it stands in no log. null: nothing to answer. */
  readonly answer_url: string | null;
}

export interface CalledIncident {
  readonly id: string;
  readonly kind: string;
  readonly state: string;
  readonly room: string;
}

export type Answer = "shown" | "coming" | "cannot_come" | "arrived" | "here";

/** One line of a phone's own log. Times: UTC ms of the simulator. */
export type PhoneRecord = Received | Answered;

/** Something came to the phone. */
export interface Received {
  readonly what: "received";
  /** When all of it was there. */
  readonly at: number;
  readonly url: string;
  /** The header `webhook-id`. */
  readonly delivery: string | null;
  /** The phone's owner, once the signature showed that it is meant; so the next four. */
  readonly person: string | null;
  readonly role: string | null;
  readonly purpose: string | null;
  readonly incident: string | null;
  readonly room: string | null;
  /** What the phone answered; null: nothing, it hung. */
  readonly status: number | null;
  /** It was accepted and is new: the person sees it. */
  readonly shown: boolean;
  /** Why it was not shown. */
  readonly reason: string | null;
}

/** The person, or the phone by itself (`shown`), answered. */
export interface Answered {
  readonly what: "answered";
  /** When the button was pressed. */
  readonly at: number;
  readonly delivery: string;
  readonly person: string;
  readonly role: string;
  readonly purpose: string;
  readonly incident: string | null;
  readonly answer: Answer;
  /** What the other side said to it; null: nothing within the time. */
  readonly status: number | null;
  /** State of the incident as it was told then. */
  readonly state: string | null;
  readonly reason: string | null;
}

export type PhoneEvent = PhoneRecord & { readonly event: "phone" };

/** How a phone fails: with this HTTP status, without an answer, or nobody listens on its port. */
export type PhoneFault =
  | { readonly fault: "status"; readonly status: number }
  | { readonly fault: "hang" }
  | { readonly fault: "refuse" };

/**
 * Somebody says "coming" (or "here", where that is all there is to say), and arrives later with the code on the room's wall. It is the
 * first of the role who is called and has not been spoken for by another rule; each rule speaks once.
 */
export interface AnswerRule {
  readonly role: StaffRole;
  /** Only calls to incidents in this room that came from `since` on (UTC ms). */
  readonly room: string;
  readonly since: number;
  /** UTC ms; somebody who is called later answers at once. */
  readonly answer_at: number;
  /** From the answer on; null: never arrives. */
  readonly arrive_after_ms: number | null;
  /** Said instead, and then nobody arrives; absent: they come. */
  readonly answer?: "cannot_come";
}
