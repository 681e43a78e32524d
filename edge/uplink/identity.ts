import type { Result } from "@anhu/core/result";
import { ok, refuse } from "@anhu/core/result";

/** What `anhu gateway add` printed: who this gateway is and where the central broker stands; `ca` (PEM) means TLS, null is for loopback alone. */
export interface UplinkIdentity {
  readonly client_id: string;
  readonly username: string;
  readonly password: string;
  readonly ca: string | null;
  readonly host: string;
  readonly port: number;
}

const LOOPBACK: readonly string[] = ["127.0.0.1", "::1", "localhost"];

/** Parses the identity file. Fails with `bad_json` or `bad_shape`. */
export function parseIdentity(text: string): Result<UplinkIdentity> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (thrown) {
    return refuse("bad_json", thrown instanceof Error ? thrown.message : String(thrown));
  }
  const given: Partial<Record<keyof UplinkIdentity, unknown>> = Object(value);
  const { client_id, username, password, ca = null, host, port } = given;
  for (const [name, word] of Object.entries({ client_id, username, password, host })) {
    if (typeof word !== "string" || word === "") return refuse("bad_shape", `${name} is missing`);
  }
  if (!Number.isInteger(port)) return refuse("bad_shape", "port is not a number");
  if (ca !== null && typeof ca !== "string")
    return refuse("bad_shape", "ca is neither PEM nor null");
  if (ca === null && !LOOPBACK.includes(String(host)))
    return refuse(
      "bad_shape",
      `without ca the secret would cross the network to ${String(host)} in plain`,
    );
  return ok({ ...given, ca } as UplinkIdentity);
}
