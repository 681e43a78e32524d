/**
 * Finds the first place where a log is not what was written. The chain alone vouches for every entry but the last: each names the leaf
 * of the one before it. A head (from a checkpoint, or the reader's own note) vouches for the last one and for the length.
 *
 *   take(1) take(2) ... take(n) end()      one entry held at a time, so that a log of any length can be read
 *
 * Two breaks are only understood later: a wrong `prev` (the entry after it tells which of the two was changed), and an entry out of its
 * place (moved when the expected one comes later, else that one is missing).
 */
import { canonicalText, leafHash } from "./entry.ts";

export interface LedgerHead {
  readonly seq: number;
  readonly leaf: string;
}

/** `seq` is the first entry that is not as it was written; nothing is said of those after it. */
export interface LedgerFinding {
  readonly reason: "ledger_changed" | "ledger_missing" | "ledger_reordered";
  readonly seq: number;
  readonly detail: string;
}

export interface LedgerVerdict {
  /** Entries that are as they were written, from the first on. */
  readonly intact: number;
  /** The last of these. */
  readonly head: LedgerHead | null;
  readonly finding: LedgerFinding | null;
}

/** Verifies one facility's log, from seq 1 on, in the order of the file. */
export interface LedgerCheck {
  /** `leaf`: what an export states beside the entry, when it does. */
  take(text: string, leaf?: string): void;
  end(): LedgerVerdict;
}

/**
 * Verifies the texts of one facility's whole log, in the order of the file, from seq 1 on. `head`: what an entry must be, when the reader
 * knows; without it a cut-off end cannot be seen, and a change of the very last entry only where it breaks the form.
 */
export function verifyLedger(entries: Iterable<string>, head?: LedgerHead): LedgerVerdict {
  const check = openLedgerCheck(head);
  for (const text of entries) check.take(text);
  return check.end();
}

/** The same for a log that is read piece by piece. */
export function openLedgerCheck(head?: LedgerHead): LedgerCheck {
  return new Check(head);
}

interface Link {
  readonly seq: number | null;
  readonly facility: string | null;
  readonly prev: string | null;
  readonly leaf: string;
}

/** A break that the entries after it explain. */
type Doubt =
  | { readonly type: "unchained"; readonly link: Link; readonly seq: number }
  | { readonly type: "displaced"; readonly by: number; readonly seq: number };

class Check implements LedgerCheck {
  readonly #head: LedgerHead | undefined;
  #finding: LedgerFinding | null = null;
  #doubt: Doubt | null = null;
  #taken = 0;
  /** The last entry that is as it was written, and the one before it: the last may turn out to be changed. */
  #last: Link | null = null;
  #beforeLast: Link | null = null;
  /** What stands at the head's place, and before it. */
  #atHead: { readonly link: Link; readonly before: Link | null } | null = null;

  constructor(head: LedgerHead | undefined) {
    this.#head = head;
  }

  take(text: string, leaf?: string): void {
    if (this.#finding !== null) return;
    const link = linkOf(text);
    if (this.#doubt !== null) this.#explain(this.#doubt, link);
    else this.#append(link, leaf);
  }

  end(): LedgerVerdict {
    if (this.#doubt !== null) this.#conclude(this.#doubt);
    this.#finding ??= this.#endFinding();
    const finding = this.#finding;
    if (finding === null) return verdictOf(this.#last, null);
    if (finding.seq === this.#taken + 1) return verdictOf(this.#last, finding);
    if (finding.seq === this.#taken) return verdictOf(this.#beforeLast, finding);
    return verdictOf(this.#atHead?.before ?? null, finding);
  }

  #append(link: Link, leaf: string | undefined): void {
    const seq = this.#taken + 1;
    const last = this.#last;
    if (link.seq === null) return this.#break("ledger_changed", seq, "is not a canonical entry");
    if (leaf !== undefined && leaf !== link.leaf && link.seq === seq) {
      return this.#break("ledger_changed", seq, "is not what the leaf beside it was made of");
    }
    if (link.seq !== seq) {
      this.#doubt = { type: "displaced", by: link.seq, seq };
      return;
    }
    if (last !== null && link.facility !== last.facility) {
      return this.#break("ledger_changed", seq, `names facility ${link.facility}`);
    }
    if (link.prev !== (last?.leaf ?? null)) {
      this.#doubt = { type: "unchained", link, seq };
      return;
    }
    this.#beforeLast = last;
    this.#last = link;
    this.#taken = seq;
    if (seq === this.#head?.seq) this.#atHead = { link, before: last };
  }

  #explain(doubt: Doubt, next: Link): void {
    if (doubt.type === "unchained") this.#blame(doubt, next.prev === doubt.link.leaf);
    else if (next.seq === doubt.seq) {
      this.#break("ledger_reordered", doubt.seq, `entry ${doubt.by} stands in its place`);
    }
  }

  /** No entry came that explains it: the head may. */
  #conclude(doubt: Doubt): void {
    if (this.#finding !== null) return;
    const { seq } = doubt;
    if (doubt.type === "unchained") {
      this.#blame(doubt, this.#head?.seq === seq && this.#head.leaf === doubt.link.leaf);
    } else if (doubt.by > seq) this.#break("ledger_missing", seq, `entry ${doubt.by} follows`);
    else this.#break("ledger_reordered", seq, `entry ${doubt.by} stands here again`);
  }

  /** Of two entries that are not chained the first was changed when something vouches for the second. */
  #blame({ seq }: Doubt, vouchedFor: boolean): void {
    if (vouchedFor && this.#last !== null) {
      this.#break("ledger_changed", seq - 1, `is not what entry ${seq} was chained to`);
    } else this.#break("ledger_changed", seq, "is not chained to the entry before it");
  }

  #break(reason: LedgerFinding["reason"], seq: number, detail: string): void {
    this.#finding = found(reason, seq, detail);
  }

  #endFinding(): LedgerFinding | null {
    const head = this.#head;
    if (head === undefined) return null;
    if (this.#taken < head.seq) {
      return found("ledger_missing", this.#taken + 1, `is not there, the head is ${head.seq}`);
    }
    return this.#atHead?.link.leaf === head.leaf
      ? null
      : found("ledger_changed", head.seq, "is not what the head names");
  }
}

function verdictOf(last: Link | null, finding: LedgerFinding | null): LedgerVerdict {
  const seq = last?.seq ?? 0;
  return { intact: seq, head: last === null ? null : { seq, leaf: last.leaf }, finding };
}

function found(reason: LedgerFinding["reason"], seq: number, detail: string): LedgerFinding {
  return { reason, seq, detail: `entry ${seq} ${detail}` };
}

function linkOf(text: string): Link {
  const leaf = leafHash(text);
  const none = { seq: null, facility: null, prev: null, leaf };
  let value: unknown;
  try {
    value = JSON.parse(text);
    if (canonicalText(value) !== text) return none;
  } catch {
    return none;
  }
  if (typeof value !== "object" || value === null) return none;
  const { v, seq, facility, prev } = value as Record<string, unknown>;
  if (v !== 1 || typeof seq !== "number" || typeof facility !== "string") return none;
  if (prev !== null && typeof prev !== "string") return none;
  return { seq, facility, prev, leaf };
}
