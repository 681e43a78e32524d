import { Socket } from "node:net";
import type { MqttClient } from "mqtt";
import { connect } from "mqtt";
import { messageOf } from "@anhu/core/errors";
import type { Clock } from "@anhu/core/time";
import { within } from "@anhu/core/time";
import { everyGateway } from "@anhu/core/wire";

export interface UplinkOptions {
  /** `mqtt://host:port`. */
  readonly url: string;
  readonly clientId: string;
  readonly username: string;
  readonly password: string;
  readonly clock: Clock;
  readonly random: () => number;
  /** Must return at once: the broker's PUBACK waits for it, and all other readings with it. */
  readonly onReadings: (topic: string, batch: Uint8Array) => void;
  readonly warn: (what: Record<string, unknown>, text: string) => void;
}

export interface Uplink {
  /** Hands a message to the broker, QoS 1; false when there is none to hand it to. */
  publish(topic: string, payload: string): boolean;
  /** Null: subscribed. Else why not. */
  trouble(): string | null;
  /** Resolves at the next subscription, at once when there is one. */
  subscribed(): Promise<void>;
  close(): Promise<void>;
}

/** Subscribes to the readings of every gateway, clean session, QoS 1; comes back by itself, with jitter, for ever. */
export function openUplink(options: UplinkOptions): Uplink {
  const { clock, warn } = options;
  let trouble: string | null = "not yet connected";
  const waiting: (() => void)[] = [];
  let cancelRetry: (() => void) | undefined;
  let closing = false;
  const client = connect(options.url, {
    clientId: options.clientId,
    username: options.username,
    password: options.password,
    protocolVersion: 4,
    clean: true,
    resubscribe: false,
    keepalive: 15,
    connectTimeout: 5000,
    reconnectOnConnackError: true,
    reconnectPeriod: Math.round(RETRY_MS * (0.5 + options.random())),
  });
  const fail = (reason: string): void => {
    if (trouble !== reason) warn({ reason }, "no readings from the broker");
    trouble = reason;
  };
  const subscribe = async (): Promise<void> => {
    const reason = await trySubscribe(client);
    if (reason === null) {
      trouble = null;
      for (const resolve of waiting.splice(0)) resolve();
      return;
    }
    fail(reason);
    cancelRetry = clock.after(RETRY_MS, () => client.connected && void subscribe());
  };
  client.on("connect", () => {
    // An ack must not wait for the far end's delayed TCP acknowledgement (40 ms and more).
    if (client.stream instanceof Socket) client.stream.setNoDelay(true);
    void subscribe();
  });
  client.on("message", (topic, payload) => options.onReadings(topic, payload));
  client.on("error", (error) => fail(error.message));
  client.on("close", () => {
    if (!closing) fail(trouble ?? "the connection was lost");
  });

  return {
    publish(topic, payload) {
      if (!client.connected) return false;
      client.publish(topic, payload, { qos: 1 }, (error) => {
        if (error) warn({ topic, error: error.message }, "an ack was not taken");
      });
      return true;
    },
    trouble: () => trouble,
    subscribed: () =>
      trouble === null ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve)),
    async close() {
      closing = true;
      cancelRetry?.();
      await within(clock, CLOSE_MS, client.endAsync(!client.connected));
    },
  };
}

const RETRY_MS = 1000;
/** For the acks that the broker has not yet taken. */
const CLOSE_MS = 1000;

/** Null when the broker granted it. */
async function trySubscribe(client: MqttClient): Promise<string | null> {
  const filter = everyGateway("readings");
  try {
    const granted = await client.subscribeAsync(filter, { qos: 1 });
    return granted.every(({ qos }) => qos === 1) ? null : `not granted: ${filter}`;
  } catch (thrown) {
    return messageOf(thrown);
  }
}
