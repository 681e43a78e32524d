/**
 * Two feeds, each from its own cursor on: what is written and then not remembered (a crash in between) is written again, as the same points.
 *
 *   incidents:   ledger after the cursor -> folds -> lines --stored--> cursor at the last entry
 *   deliveries:  rows after the cursor -> lines of those that changed --stored--> cursor behind the last that no change is expected of
 */
import type { RuleBook } from "../incidents/model.ts";
import type { Db } from "../store/schema.ts";
import type { DeliveryRow } from "./delivery-points.ts";
import { deliveryLine, isSettled, versionOf } from "./delivery-points.ts";
import type { Fold, IncidentEntry } from "./incident-points.ts";
import { step, UNKNOWN } from "./incident-points.ts";
import { cursorOf, deliveriesAfter, entriesOf, ledgerAfter, saveCursor } from "./rows.ts";

/** One batch of lines, and what is to be done once they are stored. */
export interface Batch {
  readonly lines: readonly string[];
  /** There may be more behind it. */
  readonly more: boolean;
  readonly stored: () => Promise<void>;
}

export interface Feed {
  /** What is due; undefined: nothing. */
  next(): Promise<Batch | undefined>;
}

/** Entries of one batch. */
const ENTRIES = 500;
/** Incidents whose fold is kept. At the bound the one that was not heard of for the longest is folded anew when it is next. */
const FOLDS = 1_000;
/** Deliveries looked at. At the bound the oldest half is no longer waited for, whatever its state. */
const WINDOW = 2_000;

export function incidentFeed(db: Db, rules: RuleBook): Feed {
  const folds = new Map<string, Fold>();
  let cursor: number | undefined;

  /** The fold of everything before the batch. */
  async function foldBefore(incident: string, upTo: number): Promise<Fold> {
    const known = folds.get(incident);
    if (known !== undefined) return known;
    let fold = UNKNOWN;
    for (;;) {
      const span = { after: fold.position, upTo, limit: ENTRIES };
      const page = await entriesOf(db, incident, span);
      for (const row of page) fold = step(fold, { ...row, incident }, rules).fold;
      if (page.length < ENTRIES) return fold;
    }
  }

  return {
    async next() {
      const from = (cursor ??= await cursorOf(db, "influx-incidents"));
      const rows = await ledgerAfter(db, from, ENTRIES);
      const last = rows.at(-1)?.position;
      if (last === undefined) return undefined;
      const changed = new Map<string, Fold>();
      const lines: string[] = [];
      for (const row of rows) {
        if (row.incident === null) continue;
        const entry: IncidentEntry = { ...row, incident: row.incident };
        const before = changed.get(row.incident) ?? (await foldBefore(row.incident, from));
        const { fold, lines: told } = step(before, entry, rules);
        changed.set(row.incident, fold);
        lines.push(...told);
      }
      return {
        lines,
        more: rows.length === ENTRIES,
        async stored() {
          await saveCursor(db, "influx-incidents", last);
          cursor = last;
          for (const [incident, fold] of changed) {
            folds.delete(incident);
            folds.set(incident, fold);
          }
          for (const incident of [...folds.keys()].slice(0, Math.max(0, folds.size - FOLDS))) {
            folds.delete(incident);
          }
        },
      };
    },
  };
}

/** `now`: response's wall clock, UTC ms. */
export function deliveryFeed(db: Db, now: () => number): Feed {
  /** What the store has of the rows behind the cursor. */
  let known: ReadonlyMap<number, string> = new Map();
  let cursor: number | undefined;

  return {
    async next() {
      const from = (cursor ??= await cursorOf(db, "influx-deliveries"));
      const rows = await deliveriesAfter(db, from, WINDOW);
      const due = rows.filter((row) => known.get(row.position) !== versionOf(row));
      const to = settledUpTo(rows, now()) ?? from;
      if (due.length === 0 && to === from) return undefined;
      return {
        lines: due.map(deliveryLine),
        more: rows.length === WINDOW,
        async stored() {
          if (to > from) await saveCursor(db, "influx-deliveries", to);
          cursor = to;
          const waiting = rows.filter(({ position }) => position > to);
          known = new Map(waiting.map((row) => [row.position, versionOf(row)]));
        },
      };
    },
  };
}

/** The last position of the rows at the beginning that no change is expected of; undefined: the first one may still change. */
function settledUpTo(rows: readonly DeliveryRow[], now: number): number | undefined {
  const open = rows.findIndex((row) => !isSettled(row, now));
  const settled = open === -1 ? rows.length : open;
  const least = rows.length === WINDOW ? WINDOW / 2 : 0;
  return rows[Math.max(settled, least) - 1]?.position;
}
