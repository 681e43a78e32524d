/**
 * One entry of a facility's log, as bytes and as a leaf:
 *
 *   canonical = RFC 8785 of {"v":1,"facility","seq","at","actor","type","data","prev"}
 *   leaf      = SHA-256( 0x00 || UTF-8 of canonical )          RFC 6962, 2.1
 *   prev      = leaf of seq-1, null in the first entry
 *
 *   {"actor":"gateway:gw1","at":1763733600000,"data":{},"facility":"pt-1","prev":null,"seq":1,"type":"alert_raised","v":1}
 */
import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import { AnhuError } from "../errors/index.ts";

/** What can stand in an entry's data: JSON, pseudonyms only. */
export type LedgerValue =
  | string
  | number
  | boolean
  | null
  | readonly LedgerValue[]
  | { readonly [name: string]: LedgerValue };

export interface LedgerFields {
  readonly facility: string;
  /** 1, 2, 3 ... per facility, without a gap. */
  readonly seq: number;
  /** Wall clock of the service that wrote it, UTC ms: `seq` gives the order, this may step back. */
  readonly at: number;
  /** `gateway:<id>`, `response`, later a person's pseudonym. */
  readonly actor: string;
  readonly type: string;
  readonly data: { readonly [name: string]: LedgerValue };
  /** The leaf of the entry before it, lower-case hex; null in the first. */
  readonly prev: string | null;
}

export interface LedgerEntry {
  readonly canonical: string;
  /** Lower-case hex, 64 digits. */
  readonly leaf: string;
}

/** Makes an entry. Throws `bad_ledger_value` on what JSON cannot carry (NaN, a lone surrogate). */
export function ledgerEntry(fields: LedgerFields): LedgerEntry {
  const { facility, seq, at, actor, type, data, prev } = fields;
  const canonical = canonicalText({ v: 1, facility, seq, at, actor, type, data, prev });
  return { canonical, leaf: leafHash(canonical) };
}

/** RFC 6962's leaf hash of an entry's text, lower-case hex. */
export function leafHash(canonical: string): string {
  return createHash("sha256").update("\0").update(canonical, "utf8").digest("hex");
}

/** RFC 8785 text of a JSON value. Throws `bad_ledger_value`. */
export function canonicalText(value: unknown): string {
  try {
    const text = canonicalize(value);
    if (text !== undefined) return text;
  } catch (cause) {
    throw badValue(cause);
  }
  throw badValue(undefined);
}

function badValue(cause: unknown): AnhuError {
  return new AnhuError("bad_ledger_value", "a ledger entry can only carry JSON", {
    fault: "internal",
    retry: false,
    cause,
  });
}
