/**
 * The phones of a facility's people, as far as their webhooks are on this machine: real far ends that are not ours.
 *
 *   response --POST, signed (Standard Webhooks)--> phone --shown--> person --coming, arrived--> POST answer_url --> response
 *                                                    |
 *                                                    +--> sim/phones.jsonl and watchers: what came, when, what was said to it
 *
 * Nobody answers by himself: rules say who does, and when.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Facility } from "@anhu/core/facility";
import { roomCode } from "@anhu/core/people";
import type { Result } from "@anhu/core/result";
import { ok, refuse } from "@anhu/core/result";
import type { Clock } from "@anhu/core/time";
import { openLines } from "../journal/index.ts";
import { isLoopback } from "./loopback.ts";
import type { AnswerRule, PhoneEvent, PhoneFault, PhoneRecord } from "./model.ts";
import { People } from "./people.ts";
import { Phone } from "./phone.ts";
import type { PhoneServer } from "./server.ts";
import { openPhoneServer } from "./server.ts";
import type { Owner } from "./signature.ts";
import { readSecrets } from "./signature.ts";

export type { AnswerRule, PhoneEvent, PhoneFault } from "./model.ts";
export { isLoopbackHost } from "./loopback.ts";

export interface Phones {
  readonly count: number;
  /** People answer by these rules until the returned function is called. Fails with `too_many_rules`. */
  answer(rules: readonly AnswerRule[]): Result<() => void>;
  /** A person's phone fails until the returned function is called. Fails with `unknown_person`. */
  fail(person: string, fault: PhoneFault): Result<() => void>;
  /** Calls the listener with every event until the returned function is called. */
  watch(listener: (event: PhoneEvent) => void): () => void;
  close(): Promise<void>;
}

export interface PhonesOptions {
  readonly facility: Facility;
  readonly dataDir: string;
  readonly clock: Clock;
}

export interface Address {
  readonly host: string;
  readonly port: number;
}

const RULES = 64;

/** Switches on every phone of the facility on this machine. Throws `port_taken` and `cannot_listen`; nothing is left open then. */
export async function openPhones(options: PhonesOptions): Promise<Phones> {
  const { facility, dataDir, clock } = options;
  const log = openLines({ path: join(dataDir, "sim", "phones.jsonl"), clock });
  const ended = new AbortController();
  const listeners = new Set<(event: PhoneEvent) => void>();
  const tell = (record: PhoneRecord) => {
    // An answer that comes when the phones are off already.
    if (ended.signal.aborted) return;
    log.append(record);
    for (const listener of listeners) listener({ event: "phone", ...record });
  };
  const people = new People({
    clock,
    ended: ended.signal,
    codeOf: (room) => plateOf(dataDir, facility.facility.id, room),
    onAnswered: tell,
  });
  const phones = makePhones(options);
  const servers: PhoneServer[] = [];
  const close = async () => {
    ended.abort();
    people.close();
    await Promise.all(servers.map((server) => server.close()));
    log.close();
  };
  try {
    for (const [origin, paths] of byOrigin(phones)) {
      const onTaken = ({ record, call }: ReturnType<Phone["take"]>) => {
        tell(record);
        if (call !== undefined) people.hear(call);
      };
      servers.push(await openPhoneServer({ ...addressOf(origin), phones: paths, onTaken }));
    }
  } catch (thrown) {
    await close();
    throw thrown;
  }

  return {
    count: phones.size,
    answer(rules) {
      if (people.rules + rules.length > RULES)
        return refuse("too_many_rules", `${RULES} rules at most wait`);
      const ends = rules.map((rule) => people.follow(rule));
      return ok(() => {
        for (const end of ends) end();
      });
    },
    fail(person, fault) {
      const phone = [...phones.values()].find((one) => one.has(person));
      if (phone === undefined) return refuse("unknown_person", `${person} has no phone here`);
      const change = (to: PhoneFault | undefined) => {
        phone.fault = to;
        for (const server of servers) server.refresh();
      };
      change(fault);
      return ok(() => {
        if (phone.fault === fault) change(undefined);
      });
    },
    watch(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close,
  };
}

/** Where the simulated phones of a facility listen. */
export function phoneAddresses(facility: Facility): readonly Address[] {
  return [...new Set(webhooksOf(facility).map(([url]) => new URL(url).origin))].map(addressOf);
}

/** By URL. */
function makePhones({ facility, dataDir, clock }: PhonesOptions): ReadonlyMap<string, Phone> {
  const owners = new Map<string, Owner[]>();
  for (const [url, person] of webhooksOf(facility)) {
    owners.set(url, [...(owners.get(url) ?? []), person]);
  }
  const path = join(dataDir, "secrets", "webhooks.json");
  const secrets = () => readSecrets(path, facility.facility.id);
  return new Map(
    [...owners].map(([url, own]) => [url, new Phone({ url, owners: own, secrets, clock })]),
  );
}

/** Those on this machine. */
function webhooksOf(facility: Facility): readonly (readonly [url: string, owner: Owner])[] {
  return facility.staff.flatMap((person) =>
    person.channels.flatMap(({ webhook }) =>
      webhook !== undefined && isLoopback(webhook) ? [[webhook, person] as const] : [],
    ),
  );
}

/** Origin -> path -> phone. */
function byOrigin(phones: ReadonlyMap<string, Phone>): Map<string, Map<string, Phone>> {
  const origins = new Map<string, Map<string, Phone>>();
  for (const [url, phone] of phones) {
    const { origin, pathname, search } = new URL(url);
    const paths = origins.get(origin) ?? new Map<string, Phone>();
    origins.set(origin, paths.set(pathname + search, phone));
  }
  return origins;
}

function addressOf(origin: string): Address {
  const { hostname, port } = new URL(origin);
  return { host: hostname.replace(/[[\]]/g, ""), port: Number(port || 80) };
}

/** What stands on the room's wall; nothing where no plates were made. */
function plateOf(dataDir: string, facility: string, room: string): string | undefined {
  const path = join(dataDir, "secrets", "room-code.key");
  return existsSync(path) ? roomCode(readFileSync(path, "utf8"), facility, room) : undefined;
}
