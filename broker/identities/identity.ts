import { AnhuError } from "@anhu/core/errors";
import { hashSecret, newSecret } from "./secret.ts";

export type Role = "gateway" | "ingest" | "response" | "device" | "bridge";

/** Who may connect, under which client id, and what it may say and hear. Filters are MQTT filters. */
export interface Identity {
  readonly username: string;
  readonly clientId: string;
  /** SHA-256 of the secret, 32 bytes. */
  readonly secretHash: Uint8Array;
  readonly role: Role;
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
}

/** Where the broker looks at each connect. `find` may throw when the place cannot be read. */
export interface IdentityStore {
  find(username: string): Identity | undefined;
}

/** What an identity proves itself with: printed once, never stored by the broker. */
export interface Credentials {
  readonly client_id: string;
  readonly username: string;
  readonly password: string;
}

export type IdentityDraft = Omit<Identity, "secretHash">;

/** Gives a draft its secret: the given one (a test, a device that has one already) or 256 fresh random bits. */
export function issue(
  draft: IdentityDraft,
  secret: string = newSecret().secret,
): { readonly identity: Identity; readonly credentials: Credentials } {
  return {
    identity: { ...draft, secretHash: hashSecret(secret) },
    credentials: { client_id: draft.clientId, username: draft.username, password: secret },
  };
}

/** Identities that live as long as the process. Throws `identity_exists` when two share a username or a client id. */
export function memoryIdentities(identities: readonly Identity[]): IdentityStore {
  const byName = new Map(identities.map((identity) => [identity.username, identity]));
  const ids = new Set(identities.map((identity) => identity.clientId));
  if (byName.size < identities.length || ids.size < identities.length) {
    throw new AnhuError("identity_exists", "two identities share a username or a client id", {
      fault: "caller",
      retry: false,
    });
  }
  return { find: (username) => byName.get(username) };
}
