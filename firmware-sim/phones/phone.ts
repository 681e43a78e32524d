/**
 * One phone: what comes to its webhook, and what it says to that.
 *
 *   signature of nobody whose phone this is  -> 401     no `anhu.call` for its owner -> 400
 *   a webhook-id that was accepted before    -> 200, not shown again
 *   else                                     -> 204, shown
 *
 * A phone that was made to fail accepts nothing, so that the same webhook-id is new to it afterwards.
 */
import type { IncomingHttpHeaders } from "node:http";
import type { Clock } from "@anhu/core/time";
import { parseCall } from "./call.ts";
import type { Call, PhoneFault, Received } from "./model.ts";
import type { Owner } from "./signature.ts";
import { signedFor } from "./signature.ts";

export interface PhoneOptions {
  readonly url: string;
  /** Usually one; people may share a phone. */
  readonly owners: readonly Owner[];
  /** By staff id, as of now. */
  readonly secrets: () => Readonly<Record<string, string>>;
  readonly clock: Clock;
}

/** What a phone made of a request; `call` when it is shown. */
export interface Taken {
  readonly record: Received;
  readonly call: Call | undefined;
}

/** Ids that are remembered; the oldest is forgotten at the bound. */
const IDS = 1_024;

export class Phone {
  fault: PhoneFault | undefined;
  readonly #options: PhoneOptions;
  readonly #ids = new Set<string>();

  constructor(options: PhoneOptions) {
    this.#options = options;
  }

  has(person: string): boolean {
    return this.#options.owners.some(({ id }) => id === person);
  }

  take(headers: IncomingHttpHeaders, body: string): Taken {
    const { url, clock, owners, secrets } = this.#options;
    const id = headers["webhook-id"];
    const delivery = typeof id === "string" ? id.slice(0, 200) : null;
    const came = { what: "received", at: clock.wall(), url, delivery } as const;
    const refused = (status: number | null, reason: string): Taken => ({
      record: { ...came, ...UNKNOWN, status, shown: false, reason },
      call: undefined,
    });
    if (this.fault !== undefined) {
      const status = this.fault.fault === "status" ? this.fault.status : null;
      return refused(status, "phone_fault");
    }
    const owner = signedFor(owners, secrets(), { headers, body });
    if (owner === undefined || delivery === null) return refused(401, "bad_signature");
    const parsed = parseCall(body);
    if (!parsed.ok) return refused(400, parsed.error.reason);
    // A person is what the facility file says.
    const call = { ...parsed.value, role: owner.role };
    if (call.person !== owner.id) return refused(400, "foreign_person");
    const fresh = this.#remember(delivery);
    const { purpose, incident } = call;
    const about = { purpose, incident: incident?.id ?? null, room: incident?.room ?? null };
    const told = fresh
      ? { status: 204, shown: true, reason: null }
      : { status: 200, shown: false, reason: "seen_before" };
    return {
      record: { ...came, person: owner.id, role: owner.role, ...about, ...told },
      call: fresh ? call : undefined,
    };
  }

  /** True for an id that is new. */
  #remember(id: string): boolean {
    if (this.#ids.has(id)) return false;
    this.#ids.add(id);
    const [oldest] = this.#ids;
    if (this.#ids.size > IDS && oldest !== undefined) this.#ids.delete(oldest);
    return true;
  }
}

const UNKNOWN = { person: null, role: null, purpose: null, incident: null, room: null };
