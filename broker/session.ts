import type { Socket } from "node:net";
import type { Clock } from "@anhu/core/time";
import { Bucket } from "./bucket.ts";
import type { Identity } from "./identities/identity.ts";
import type { Limits } from "./limits.ts";
import type { Reason, Refused } from "./reasons.ts";

/** One connection from its socket's opening to its end. */
export class Session {
  readonly socket: Socket;
  readonly bucket: Bucket;
  /** Filters granted. */
  readonly filters = new Set<string>();
  /** Undefined until CONNECT was accepted. */
  identity: Identity | undefined;
  /** The refusal that the CONNACK will carry. */
  refusal: Refused | undefined;
  /** The packet that aedes publishes when the connection breaks. */
  will: object | undefined;
  /** Why the broker ends it; undefined when the other side does. */
  reason: Reason | undefined;
  /** Publishes that came in and are not forwarded yet. */
  pending = 0;
  #last: Promise<void> = Promise.resolve();
  #waiting = 0;

  constructor(socket: Socket, clock: Clock, limits: Limits) {
    this.socket = socket;
    this.bucket = new Bucket(clock, {
      perSecond: limits.publishPerSecond,
      burst: limits.publishBurst,
    });
  }

  /**
   * Calls `done` when `work` is done and every earlier one was called: PUBACKs go out in the order of their PUBLISHes
   * [MQTT-4.6.0-2] though the work for each overlaps.
   */
  inOrder(work: Promise<Refused | null> | null, done: (refused: Refused | null) => void): void {
    if (work === null && this.#waiting === 0) return done(null);
    this.#waiting += 1;
    const before = this.#last;
    this.#last = (async () => {
      const refused = await work;
      await before;
      this.#waiting -= 1;
      done(refused);
    })();
  }
}

/** Tells which sessions prove which identity. */
export class Sessions {
  readonly all = new Set<Session>();
  /** How many prove an identity. */
  named = 0;
  readonly #byName = new Map<string, Set<Session>>();

  of(username: string): ReadonlySet<Session> {
    return this.#byName.get(username) ?? new Set();
  }

  admit(session: Session, identity: Identity): void {
    session.identity = identity;
    this.named += 1;
    const same = this.#byName.get(identity.username) ?? new Set();
    this.#byName.set(identity.username, same.add(session));
  }

  delete(session: Session): void {
    this.all.delete(session);
    const username = session.identity?.username;
    if (username === undefined) return;
    this.named -= 1;
    const same = this.#byName.get(username);
    same?.delete(session);
    if (same?.size === 0) this.#byName.delete(username);
  }
}
