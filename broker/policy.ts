import type { Clock } from "@anhu/core/time";
import { LATE, within } from "@anhu/core/time";
import type { AedesPublishPacket, ConnectPacket, PublishPacket, Subscription } from "aedes";
import { admit, mayPublish } from "./admission.ts";
import type { Identity, IdentityStore, Role } from "./identities/identity.ts";
import type { Limits } from "./limits.ts";
import { Refused } from "./reasons.ts";
import type { Refusals } from "./refusals.ts";
import type { Session, Sessions } from "./session.ts";
import type { BrokerStats } from "./statistics.ts";
import { coveredByAny, isFilter, isTopic } from "./topics.ts";

/** A publish, or the will of a client whose connection broke, on its way in. */
export interface Incoming {
  readonly identity: Identity;
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: 0 | 1 | 2;
  readonly retain: boolean;
  readonly dup: boolean;
  readonly will: boolean;
}

export interface PolicyParts {
  readonly identities: IdentityStore;
  readonly limits: Limits;
  readonly clock: Clock;
  readonly stats: BrokerStats;
  readonly refusals: Refusals;
  readonly sessions: Sessions;
  readonly beforeAck: ((publish: Incoming) => Promise<void>) | undefined;
}

/** Services answer every gateway: a rate that is plenty for one client would hold up the acks of all. */
const UNRATED: readonly Role[] = ["ingest", "response"];

/** What the broker asks at each step of the protocol. */
export class Policy {
  readonly #parts: PolicyParts;
  readonly #frozenUntil = new Map<string, number>();
  readonly #retained = new Set<string>();

  constructor(parts: PolicyParts) {
    this.#parts = parts;
  }

  /** Decides on the CONNECT and rewrites it to what this broker gives: no kept session, a bounded keepalive. */
  connect(session: Session, packet: ConnectPacket): void {
    const { identities, limits, sessions, stats, refusals } = this.#parts;
    packet.clean = true;
    if (!packet.keepalive || packet.keepalive > limits.keepaliveS) {
      packet.keepalive = limits.keepaliveS;
    }
    const verdict = admit(packet, {
      identities,
      isFull: (username) => sessions.of(username).size >= limits.connectionsPerIdentity,
      isFrozen: (username) => this.#isFrozen(username),
    });
    if (!(verdict instanceof Refused)) {
      sessions.admit(session, verdict);
      session.will = packet.will;
      stats.accepted += 1;
      stats.clients = sessions.named;
      return;
    }
    session.refusal = verdict;
    session.reason = verdict.reason;
    refusals.note(verdict.reason, session, verdict.cause);
    // Aedes clears state under the client id of whoever it turns away: it must not be somebody else's.
    packet.clientId = "";
    delete packet.will;
    // Aedes answers CONNACK 1 to version 5 and to no lower one.
    if (verdict.reason === "protocol_version") packet.protocolVersion = 5;
  }

  /**
   * Lets a publish, or the will of a broken connection, through: after `beforeAck`, and late when its client is over its rate.
   * Aedes writes PUBACK (PUBREC for QoS 2) only after `done(null)`, and forwards after that.
   */
  publish(session: Session, packet: PublishPacket, done: (refused: Refused | null) => void): void {
    const { limits, stats, beforeAck } = this.#parts;
    const { identity } = session;
    if (identity === undefined) return done(new Refused("topic_not_allowed"));
    const refused = this.#refusePublish(identity, packet);
    if (refused !== undefined) return done(refused);
    const will = packet === session.will;
    const waitMs = will || UNRATED.includes(identity.role) ? 0 : session.bucket.take();
    if (waitMs > limits.publishWaitMs) return done(new Refused("publish_rate"));
    if (waitMs > 0) stats.slowed += 1;
    const { topic, qos, retain, dup } = packet;
    const payload =
      typeof packet.payload === "string" ? Buffer.from(packet.payload) : packet.payload;
    stats.messagesIn += 1;
    stats.bytesIn += payload.length;
    session.pending += 1;
    const incoming = { identity, topic, payload, qos, retain, dup, will };
    const idle = waitMs === 0 && beforeAck === undefined;
    session.inOrder(idle ? null : this.#work(waitMs, incoming), (late) => {
      // Aedes forwards no QoS 2 message twice, so `published` does not come for each; these are bounded by `qos2InFlight`.
      if (qos === 2) session.pending -= 1;
      done(late);
    });
  }

  /** Null (SUBACK 0x80) when the filter is refused. */
  subscribe(session: Session, subscription: Subscription): Subscription | null {
    const { refusals, limits } = this.#parts;
    const { topic } = subscription;
    if (!isFilter(topic)) refusals.note("bad_filter", session);
    else if (!coveredByAny(session.identity?.subscribe ?? [], topic)) {
      refusals.note("filter_not_allowed", session);
    } else if (session.filters.size >= limits.subscriptions && !session.filters.has(topic)) {
      refusals.note("too_many_subscriptions", session);
    } else {
      session.filters.add(topic);
      return subscription;
    }
    return null;
  }

  /** Null when the client may not hear it: its filters may have changed since it subscribed. */
  forward(session: Session, packet: AedesPublishPacket): AedesPublishPacket | null {
    const { stats, refusals } = this.#parts;
    if (!coveredByAny(session.identity?.subscribe ?? [], packet.topic)) {
      refusals.note("forward_not_allowed", session);
      return null;
    }
    stats.messagesOut += 1;
    stats.bytesOut += packet.payload.length;
    return packet;
  }

  /** Keeps account of retained topics. False when there are too many: then nothing may be kept. */
  retain(topic: string, bytes: number): boolean {
    const { limits, stats } = this.#parts;
    if (bytes === 0) this.#retained.delete(topic);
    else if (this.#retained.has(topic) || this.#retained.size < limits.retained) {
      this.#retained.add(topic);
    } else return false;
    stats.retained = this.#retained.size;
    return true;
  }

  punishFrozen(username: string): void {
    const { clock, limits } = this.#parts;
    this.#frozenUntil.set(username, clock.monotonic() + limits.frozenPenaltyMs);
  }

  #isFrozen(username: string): boolean {
    const until = this.#frozenUntil.get(username);
    if (until === undefined || until > this.#parts.clock.monotonic()) return until !== undefined;
    this.#frozenUntil.delete(username);
    return false;
  }

  #refusePublish(identity: Identity, packet: PublishPacket): Refused | undefined {
    if (!isTopic(packet.topic)) return new Refused("bad_topic");
    if (!mayPublish(identity, packet.topic)) return new Refused("topic_not_allowed");
    if (packet.retain && !this.retain(packet.topic, packet.payload.length)) {
      return new Refused("too_many_retained");
    }
    return undefined;
  }

  async #work(waitMs: number, incoming: Incoming): Promise<Refused | null> {
    const { clock, limits, beforeAck } = this.#parts;
    if (waitMs > 0) await new Promise<void>((resolve) => clock.after(waitMs, resolve));
    if (beforeAck === undefined) return null;
    try {
      const done = await within(clock, limits.beforeAckMs, beforeAck(incoming));
      return done === LATE ? new Refused("before_ack_timeout") : null;
    } catch (thrown) {
      const refused = new Refused("before_ack_failed");
      refused.cause = thrown;
      return refused;
    }
  }
}
