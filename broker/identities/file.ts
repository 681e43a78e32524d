import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { AnhuError } from "@anhu/core/errors";
import type { Credentials, Identity, IdentityDraft, IdentityStore, Role } from "./identity.ts";
import { issue } from "./identity.ts";

/** Identities in a file that several processes may open: what one adds, a running broker sees at the next connect. */
export interface IdentityFile extends IdentityStore {
  /** Throws `identity_exists` when the username or the client id is taken. */
  add(identity: Identity): void;
  /** Gives an identity of an earlier version the access that its role has now; it keeps its secret. Nothing when there is none. */
  regrant(draft: Pick<IdentityDraft, "username" | "publish" | "subscribe">): void;
  /** False when there was none. A connected one is cut off at the broker's next check (`Limits.recheckMs`). */
  remove(username: string): boolean;
  close(): void;
}

/** Opens or makes the file, readable by its owner only. Throws `identities_unreadable`. */
export function openIdentities(path: string): IdentityFile {
  const db = open(path);
  const find = db.prepare("SELECT * FROM identity WHERE username = ?");
  const add = db.prepare("INSERT INTO identity VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING");
  const regrant = db.prepare("UPDATE identity SET publish = ?, subscribe = ? WHERE username = ?");
  const remove = db.prepare("DELETE FROM identity WHERE username = ?");
  return {
    find(username) {
      const row = find.get(username);
      return row === undefined ? undefined : decodeRow(row);
    },
    add(identity) {
      const { username, clientId, secretHash, role, publish, subscribe } = identity;
      const { changes } = add.run(
        username,
        clientId,
        secretHash,
        role,
        JSON.stringify(publish),
        JSON.stringify(subscribe),
      );
      if (changes === 1) return;
      throw new AnhuError("identity_exists", `there is an identity ${username} already`, {
        fault: "caller",
        retry: false,
        about: { username },
      });
    },
    regrant({ username, publish, subscribe }) {
      regrant.run(JSON.stringify(publish), JSON.stringify(subscribe), username);
    },
    remove: (username) => remove.run(username).changes === 1,
    close: () => db.close(),
  };
}

/** Makes an identity with a fresh secret, stores it, and returns what its owner must keep. Throws `identity_exists`. */
export function addIdentity(file: IdentityFile, draft: IdentityDraft): Credentials {
  const { identity, credentials } = issue(draft);
  file.add(identity);
  return credentials;
}

function open(path: string): DatabaseSync {
  const mask = process.umask(0o077);
  try {
    mkdirSync(dirname(path), { recursive: true });
    const db = new DatabaseSync(path, { timeout: 2000 });
    db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
      CREATE TABLE IF NOT EXISTS identity (
        username TEXT PRIMARY KEY, client_id TEXT NOT NULL UNIQUE, secret_hash BLOB NOT NULL,
        role TEXT NOT NULL, publish TEXT NOT NULL, subscribe TEXT NOT NULL
      ) STRICT`);
    return db;
  } catch (thrown) {
    throw new AnhuError("identities_unreadable", `cannot open the identities in ${path}`, {
      fault: "environment",
      retry: false,
      cause: thrown,
      about: { path },
    });
  } finally {
    process.umask(mask);
  }
}

function decodeRow(row: Record<string, unknown>): Identity {
  return {
    username: String(row["username"]),
    clientId: String(row["client_id"]),
    secretHash: row["secret_hash"] as Uint8Array,
    role: row["role"] as Role,
    publish: JSON.parse(String(row["publish"])) as string[],
    subscribe: JSON.parse(String(row["subscribe"])) as string[],
  };
}
