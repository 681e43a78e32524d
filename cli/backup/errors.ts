import { AnhuError } from "@anhu/core/errors";

/** Why a backup or a restore did not come about; the words for a person are in words.ts, `message` is the detail in them. */
export type BackupReason =
  | "backup_exists"
  | "backup_inside"
  | "backup_failed"
  | "backup_damaged"
  | "not_set_up"
  | "not_empty"
  | "already_running"
  | "database_not_empty"
  | "database_missing"
  | "database_unwanted"
  | "no_pg_tools";

/**
 * What makes a file no backup of ours: `unreadable` as an archive; its `manifest`; `not_plain` files (links, devices) or `twice`; a path that
 * leads `outside`; a file `foreign` to every backup; `missing`, `changed`, or not `named` files; `unclaimed`: installation.json is not there
 * or not of this mode; `database`: not the one that the manifest says.
 */
export type Flaw =
  | "unreadable"
  | "manifest"
  | "not_plain"
  | "twice"
  | "outside"
  | "foreign"
  | "missing"
  | "changed"
  | "unnamed"
  | "unclaimed"
  | "database";

export class BackupError extends AnhuError {
  readonly reason: BackupReason;
  /** Of `backup_damaged`. */
  readonly flaw: Flaw | undefined;

  constructor(
    reason: BackupReason,
    detail: string,
    { cause, flaw }: { readonly cause?: unknown; readonly flaw?: Flaw } = {},
  ) {
    super(reason, detail, { fault: "environment", retry: false, cause });
    this.reason = reason;
    this.flaw = flaw;
  }
}

export function backupError(reason: BackupReason, detail: string, cause?: unknown): BackupError {
  return new BackupError(reason, detail, { cause });
}

/** `what`: the first paths, or what the archive's reader says. */
export function damaged(flaw: Flaw, what: readonly string[], cause?: unknown): BackupError {
  return new BackupError("backup_damaged", what.slice(0, NAMED).join(", "), { cause, flaw });
}

const NAMED = 10;
