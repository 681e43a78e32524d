import type { Credentials, IdentityStore } from "./identity.ts";
import { isSecret } from "./secret.ts";

/** Whether a broker with these identities lets this one in. */
export function isKnown(
  identities: IdentityStore,
  { client_id, username, password }: Credentials,
): boolean {
  const identity = identities.find(username);
  return (
    isSecret(Buffer.from(password, "utf8"), identity?.secretHash) &&
    identity?.clientId === client_id
  );
}
