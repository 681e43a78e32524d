/**
 * The control socket: JSON lines over a unix socket that only its owner can open (`$ANHU_DATA/anhu.sock`, mode 0600).
 *
 *   client                                                    simulator
 *   {"id":1,"do":"watch"}                                  -> {"id":1,"ok":true,"value":{siren}}, then {"event":...} lines
 *   {"id":2,"do":"hold","names":["panel"],"afterwards":[]} -> {"id":2,"ok":true,"value":null}
 *   {"id":3,"do":"play","step":{...}}                      -> {"id":3,"ok":true,"value":{"at":ms,"facts":[ids]}}
 *   {"id":4,"do":"answer","rules":[{...}]}                 -> {"id":4,"ok":true,"value":null}
 *   {"id":5,"do":"nonsense"}                               -> {"id":5,"ok":false,"error":{"reason","detail"}}
 *
 * A hold ends with its connection, however that ends; then its `afterwards` are played: a killed player leaves nothing behind. Rules of
 * who answers and faults of phones end with it too.
 * A line is at most 64 KiB. A watcher that reads so slowly that 4 MiB wait is cut off.
 */
import type { Refusal } from "@anhu/core/result";
import type { MailEvent } from "../inbox/index.ts";
import type { AnswerRule, PhoneEvent, PhoneFault } from "../phones/index.ts";
import type { KnownSiren, PlantEvent, PlantStatus, Played } from "../plant/index.ts";
import type { Step } from "../scenarios/index.ts";

export const LINE_LIMIT = 64 * 1024;
export const WAITING_LIMIT = 4 * 1024 * 1024;

/** What a client asks, and what a good answer carries. */
export interface Requests {
  /** Tell every event from now on. */
  watch: { readonly asks: object; readonly value: { readonly siren: KnownSiren } };
  play: { readonly asks: { readonly step: Step }; readonly value: Played };
  hold: {
    readonly asks: { readonly names: readonly string[]; readonly afterwards: readonly Step[] };
    readonly value: null;
  };
  /** Alarms and line faults at random, per minute; 0 ends them. */
  storm: {
    readonly asks: { readonly alarms: number; readonly faults: number };
    readonly value: null;
  };
  /** People answer by these rules. */
  answer: { readonly asks: { readonly rules: readonly AnswerRule[] }; readonly value: null };
  /** A person's phone fails from now on. */
  phone: {
    readonly asks: { readonly person: string; readonly fault: PhoneFault };
    readonly value: null;
  };
  status: { readonly asks: object; readonly value: PlantStatus };
}

export type Verb = keyof Requests;

export type Answer =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number; readonly ok: false; readonly error: Refusal };

/** What the simulator tells whoever watches. */
export type SimulatorEvent = PlantEvent | PhoneEvent | MailEvent;

export type FromSimulator = Answer | SimulatorEvent;
