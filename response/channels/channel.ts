/** The port of a channel: one folder of channels/ each, all held to one suite (contract.ts). */
import type { Purpose } from "./model.ts";
import type { Told } from "./told.ts";
import type { Severity } from "@anhu/core/states";

/** What is handed to a channel: the row of a delivery, and the way to the person. */
export interface Delivery {
  /** Alike on every try: the far end tells a repetition by it. */
  readonly id: string;
  readonly facility: string;
  readonly incident: string | null;
  readonly person: string;
  readonly role: string;
  readonly channel: string;
  readonly purpose: Purpose;
  readonly severity: Severity;
  readonly drill: boolean;
  /** UTC ms. */
  readonly createdAt: number;
  /** As the facility file has it now; empty where the channel itself knows the way. */
  readonly address: string;
  readonly told: Told;
}

/**
 * sent: the far end's own answer accepted it. retry: it may succeed later; `afterMs` is what the far end asked for. failed: refused for
 * good. `reason` is a code of docs/errors.md.
 */
export type Outcome =
  | { readonly result: "sent" }
  | {
      readonly result: "retry";
      readonly reason: string;
      readonly blame: Blame;
      readonly afterMs?: number;
    }
  | { readonly result: "failed"; readonly reason: string; readonly blame: Blame };

/** What is broken: the way to this person, or the whole channel (one trouble for all). `nobody`: no fault, as a page that is not open. */
export type Blame = "person" | "channel" | "nobody";

export interface Channel {
  /** The folder's name, and the key in the facility file. */
  readonly kind: string;
  /** The far end: deliveries to one share its slots, so that one that hangs holds up no other. */
  target(to: Pick<Delivery, "facility" | "person" | "address">): string;
  /** Ends within the channel's own time-out, and never rejects but for a mistake of ours. */
  send(delivery: Delivery): Promise<Outcome>;
  close(): Promise<void>;
}
