/** What is told to a person, and what became of it. */
import type { Name } from "@anhu/core/facility";
import type { Severity } from "@anhu/core/states";

/**
 * call: come. prompt: is the duty room manned, at a life alarm. duty_check: the same at a random time of the night. update: more
 * happened in an incident that one was called to. stand_down: over, need not come. unanswered: nobody has answered, all are called
 * again. test_call: a manager tries a person's channels. summary: several messages in one.
 */
export const PURPOSES = [
  "call",
  "prompt",
  "duty_check",
  "update",
  "stand_down",
  "unanswered",
  "test_call",
  "summary",
] as const;
export type Purpose = (typeof PURPOSES)[number];

/** One thing to tell one person; becomes one delivery per channel (notify.ts). */
export interface Notice {
  readonly facility: string;
  readonly person: string;
  readonly role: string;
  readonly purpose: Purpose;
  readonly incident: string | null;
  readonly call: string | null;
  readonly severity: Severity;
  readonly drill: boolean;
  readonly title: Name;
  readonly text: Name;
  /** What a person can answer, and the token that lets them; null: nothing to answer. */
  readonly answer: { readonly token: string; readonly answers: readonly string[] } | null;
}
