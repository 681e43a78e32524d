/**
 * Finds the first place where a log is not what was written. The chain alone vouches for every entry but the last: each names the leaf
 * of the one before it. A head (from a checkpoint, or the reader's own note) vouches for the last one and for the length.
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

/**
 * Verifies the texts of one facility's whole log, in the order of the file, from seq 1 on. `head`: what the last entry must be, when
 * the reader knows; without it a cut-off end cannot be seen, and a change of the very last entry only where it breaks the form.
 */
export function verifyLedger(entries: readonly string[], head?: LedgerHead): LedgerVerdict {
  const links = entries.map(linkOf);
  const finding = firstBreak(links, head) ?? endFinding(links, head);
  const intact = finding === null ? links.length : finding.seq - 1;
  const last = links[intact - 1];
  return { intact, head: last === undefined ? null : { seq: intact, leaf: last.leaf }, finding };
}

interface Link {
  readonly seq: number | null;
  readonly facility: string | null;
  readonly prev: string | null;
  readonly leaf: string;
}

function firstBreak(links: readonly Link[], head: LedgerHead | undefined): LedgerFinding | null {
  let last: Link | null = null;
  for (const [index, link] of links.entries()) {
    const seq = index + 1;
    if (link.seq === null) return found("ledger_changed", seq, "is not a canonical entry");
    if (link.seq !== seq) return displaced(links, index, link.seq);
    if (last !== null && link.facility !== last.facility) {
      return found("ledger_changed", seq, `names facility ${link.facility}`);
    }
    if (link.prev !== (last?.leaf ?? null)) {
      return last !== null && vouches(links[index + 1], head, link)
        ? found("ledger_changed", seq - 1, `is not what entry ${seq} was chained to`)
        : found("ledger_changed", seq, "is not chained to the entry before it");
    }
    last = link;
  }
  return null;
}

function displaced(links: readonly Link[], index: number, seq: number): LedgerFinding {
  const expected = index + 1;
  const later = links.slice(index).some((link) => link.seq === expected);
  if (later) return found("ledger_reordered", expected, `entry ${seq} stands in its place`);
  if (seq > expected) return found("ledger_missing", expected, `entry ${seq} follows`);
  return found("ledger_reordered", expected, `entry ${seq} stands here again`);
}

/** Whether the entry after it, or the head, confirms that `link` is as written. */
function vouches(next: Link | undefined, head: LedgerHead | undefined, link: Link): boolean {
  if (next !== undefined) return next.prev === link.leaf;
  return head?.seq === link.seq && head.leaf === link.leaf;
}

function endFinding(links: readonly Link[], head: LedgerHead | undefined): LedgerFinding | null {
  if (head === undefined) return null;
  if (links.length < head.seq) {
    return found("ledger_missing", links.length + 1, `is not there, the head is ${head.seq}`);
  }
  return links[head.seq - 1]?.leaf === head.leaf
    ? null
    : found("ledger_changed", head.seq, "is not what the head names");
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
