/**
 *   socket -> packet meter -> aedes: CONNECT    -> admit      -> CONNACK 0, or its code and the end
 *                                    PUBLISH    -> may it? rate, beforeAck -> PUBACK -> forward
 *                                    SUBSCRIBE  -> may it?    -> SUBACK qos or 0x80
 *                                    to others  -> may they?  -> PUBLISH out
 *
 * Only MQTT 3.1.1. A persistent session (clean=0) is accepted and not kept: it ends with its connection and CONNACK always says
 * that there was none, so nothing is stored for who is away; whatever must not be lost is acknowledged end to end.
 * A refused publish closes the connection: 3.1.1 has no other way to say no [MQTT-3.3.5-2].
 */
import { AnhuError } from "@anhu/core/errors";
import type { Clock } from "@anhu/core/time";
import type { Logger } from "pino";
import type { Registry } from "prom-client";
import type { Listener } from "./engine.ts";
import { Engine } from "./engine.ts";
import type { IdentityStore } from "./identities/identity.ts";
import type { Limits } from "./limits.ts";
import { DEFAULT_LIMITS } from "./limits.ts";
import type { Incoming } from "./policy.ts";
import { Policy } from "./policy.ts";
import { Refusals } from "./refusals.ts";
import { Sessions } from "./session.ts";
import type { BrokerStats } from "./statistics.ts";
import { startStatistics } from "./statistics.ts";
import { isTopic } from "./topics.ts";

export interface BrokerOptions {
  readonly listeners: readonly Listener[];
  readonly identities: IdentityStore;
  readonly limits?: Partial<Limits>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Registry;
  /** Done before a publish is acknowledged (QoS 1: PUBACK, QoS 2: PUBREC) and forwarded; for QoS 0 and wills too. Rejects: no ack, and the connection is closed. */
  readonly beforeAck?: (publish: Incoming) => Promise<void>;
}

export interface Broker {
  /** In the order of the listeners. */
  readonly ports: readonly number[];
  /** Publishes in the broker's own name. Throws `bad_topic`, `publish_failed`. */
  publish(
    topic: string,
    payload: string | Uint8Array,
    options: { readonly qos: 0 | 1 | 2; readonly retain: boolean },
  ): Promise<void>;
  stats(): BrokerStats;
  close(): Promise<void>;
}

/** Starts a broker. Throws `port_taken` or `cannot_listen` and leaves nothing open then. */
export async function startBroker(options: BrokerOptions): Promise<Broker> {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const { clock, log, identities, beforeAck } = options;
  const stats = startStatistics(options.metrics);
  const refusals = new Refusals({ stats, clock, log });
  const sessions = new Sessions();
  const policy = new Policy({ identities, limits, clock, stats, refusals, sessions, beforeAck });
  const engine = new Engine({ policy, limits, clock, log, stats, refusals, sessions, identities });
  const ports = await engine.start(options.listeners);
  return {
    ports,
    async publish(topic, payload, { qos, retain }) {
      if (!isTopic(topic) || (retain && !policy.retain(topic, payload.length))) {
        throw new AnhuError("bad_topic", `cannot publish to ${JSON.stringify(topic)}`, {
          fault: "caller",
          retry: false,
        });
      }
      await engine.publish({ topic, payload: Buffer.from(payload), qos, retain });
    },
    stats: () => ({ ...stats, refused: { ...stats.refused } }),
    close: () => engine.close(),
  };
}
