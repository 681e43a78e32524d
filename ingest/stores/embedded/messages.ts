import type { ReadingQuery, TaggedLines } from "../store.ts";

/** What the store's thread is asked. */
export type Question =
  | { readonly type: "write"; readonly lines: TaggedLines }
  | { readonly type: "query"; readonly query: ReadingQuery; readonly limit: number }
  | { readonly type: "count"; readonly query: ReadingQuery }
  | { readonly type: "lastValues"; readonly query: { facility: string; device?: string } }
  /** `now`: by the wall clock, UTC ms. */
  | { readonly type: "retain"; readonly now: number; readonly keepMs: number }
  | { readonly type: "close" };

export type Request = Question & { readonly id: number };

export type Answer =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number; readonly ok: false; readonly detail: string };
