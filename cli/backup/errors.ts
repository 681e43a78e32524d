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

export class BackupError extends AnhuError {
  readonly reason: BackupReason;

  constructor(reason: BackupReason, detail: string, cause: unknown) {
    super(reason, detail, { fault: "environment", retry: false, cause });
    this.reason = reason;
  }
}

export function backupError(reason: BackupReason, detail: string, cause?: unknown): BackupError {
  return new BackupError(reason, detail, cause);
}
