import type { Identity, IdentityStore } from "./identities/identity.ts";
import { isSecret } from "./identities/secret.ts";
import { Refused } from "./reasons.ts";
import { coveredByAny, isTopic } from "./topics.ts";

/** What of a CONNECT packet decides who gets in. */
export interface Connect {
  readonly protocolVersion?: number;
  readonly clientId: string;
  readonly username?: string;
  readonly password?: Uint8Array;
  readonly will?: { readonly topic: string };
}

export interface Admission {
  readonly identities: IdentityStore;
  /** True when the identity has all the connections it may have. */
  isFull(username: string): boolean;
  /** True when its last connection was closed as frozen a moment ago. */
  isFrozen(username: string): boolean;
}

const UNACCEPTABLE_PROTOCOL = 1;
const IDENTIFIER_REJECTED = 2;
const SERVER_UNAVAILABLE = 3;
const BAD_USERNAME_OR_PASSWORD = 4;
const NOT_AUTHORIZED = 5;

/**
 * Decides on a CONNECT (MQTT 3.1.1 section 3.1). An empty client id is refused, with a persistent session as
 * [MQTT-3.1.3-8] demands and without because ids are bound to identities. Nothing about an identity is told before its secret fits.
 */
export function admit(connect: Connect, admission: Admission): Identity | Refused {
  if (connect.protocolVersion !== 4) return new Refused("protocol_version", UNACCEPTABLE_PROTOCOL);
  if (connect.clientId === "") return new Refused("empty_client_id", IDENTIFIER_REJECTED);
  const username = connect.username ?? "";
  const identity = lookUp(admission.identities, username);
  if (identity instanceof Refused) return identity;
  if (!isSecret(connect.password ?? new Uint8Array(), identity?.secretHash)) {
    const reason = identity === undefined ? "unknown_identity" : "wrong_secret";
    return new Refused(reason, BAD_USERNAME_OR_PASSWORD);
  }
  if (identity === undefined) return new Refused("unknown_identity", BAD_USERNAME_OR_PASSWORD);
  if (connect.clientId !== identity.clientId) {
    return new Refused("client_id_mismatch", IDENTIFIER_REJECTED);
  }
  if (connect.will !== undefined && !mayPublish(identity, connect.will.topic)) {
    return new Refused("will_not_allowed", NOT_AUTHORIZED);
  }
  if (admission.isFrozen(username)) return new Refused("frozen_lately", SERVER_UNAVAILABLE);
  if (admission.isFull(username)) return new Refused("too_many_connections", SERVER_UNAVAILABLE);
  return identity;
}

export function mayPublish(identity: Identity, topic: string): boolean {
  return isTopic(topic) && coveredByAny(identity.publish, topic);
}

function lookUp(identities: IdentityStore, username: string): Identity | Refused | undefined {
  try {
    return identities.find(username);
  } catch (thrown) {
    const refused = new Refused("identities_unreadable", SERVER_UNAVAILABLE);
    refused.cause = thrown;
    return refused;
  }
}
