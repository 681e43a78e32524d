/**
 * Standard Webhooks (https://www.standardwebhooks.com, spec/standard-webhooks.md, "Verifying signatures"), by the package of its
 * authors: `webhook-id`, `webhook-timestamp` (at most 5 minutes from now) and `webhook-signature` (`v1,` and the HMAC-SHA256 of
 * id.timestamp.body in base64; several, separated by blanks, while a secret is changed).
 */
import { readFileSync } from "node:fs";
import type { IncomingHttpHeaders } from "node:http";
import { Webhook, WebhookVerificationError } from "standardwebhooks";

/** A person whose secret a webhook may be signed with. */
export interface Owner {
  readonly id: string;
  readonly role: string;
}

/** Whose secret the signature was made with; undefined: none of these. */
export function signedFor<T extends Owner>(
  owners: readonly T[],
  secrets: Readonly<Record<string, string>>,
  request: { readonly headers: IncomingHttpHeaders; readonly body: string },
): T | undefined {
  const headers = Object.fromEntries(
    Object.entries(request.headers).flatMap(([name, value]) =>
      typeof value === "string" ? [[name, value]] : [],
    ),
  );
  return owners.find(({ id }) => {
    const secret = Object.hasOwn(secrets, id) ? secrets[id] : undefined;
    return secret !== undefined && fits(secret, headers, request.body);
  });
}

/** Secrets of a facility's people, by staff id; none while the file is not there: response makes it at its start. */
export function readSecrets(path: string, facility: string): Readonly<Record<string, string>> {
  const prefix = `${facility}/`;
  const all = Object.entries(JSON.parse(readIfThere(path)) as Record<string, string>);
  return Object.fromEntries(
    all.flatMap(([key, secret]) =>
      key.startsWith(prefix) ? [[key.slice(prefix.length), secret]] : [],
    ),
  );
}

function fits(secret: string, headers: Record<string, string>, body: string): boolean {
  try {
    new Webhook(secret).verify(body, headers, { jsonParse: false });
    return true;
  } catch (thrown) {
    if (thrown instanceof WebhookVerificationError) return false;
    throw thrown;
  }
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === "ENOENT") return "{}";
    throw thrown;
  }
}
