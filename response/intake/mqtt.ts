/**
 * Response's own MQTT connection: alerts, statuses and replies of every gateway in, answers and commands out. MQTT 3.1.1, clean session, QoS 1: what the
 * broker loses, the gateways' outboxes send again.
 */
import { createConnection } from "node:net";
import { MqttClient } from "mqtt";
import { AnhuError, messageOf } from "@anhu/core/errors";
import type { Clock } from "@anhu/core/time";
import { everyGateway, parseTopic } from "@anhu/core/wire";
import type { GatewayAddress } from "@anhu/core/wire";
import type { Logger } from "pino";

const CONNECT_TIMEOUT_MS = 5_000;
const RECONNECT_MS = 1_000;
const PUBLISH_TIMEOUT_MS = 5_000;
const KEEPALIVE_S = 15;
const REFUSED_SUBSCRIPTION = 128;

export interface MqttOptions {
  readonly host: string;
  readonly port: number;
  readonly credentials: Credentials;
  readonly onAlert: (address: GatewayAddress, payload: Uint8Array) => void;
  /** `live` is false for a retained copy: it says what was, not that the gateway lives. */
  readonly onStatus: (address: GatewayAddress, payload: Uint8Array, live: boolean) => void;
  /** A gateway's answer to a command. */
  readonly onReply: (address: GatewayAddress, payload: Uint8Array) => void;
  /** Connected and subscribed. */
  readonly onReady: () => void;
  readonly clock: Clock;
  readonly log: Logger;
}

/** As in `$ANHU_DATA/secrets/response.json`. */
export interface Credentials {
  readonly client_id: string;
  readonly username: string;
  readonly password: string;
}

export interface MqttLink {
  /** Resolves on the broker's PUBACK. Rejects with `mqtt_offline`, or with `mqtt_timeout`: then it may or may not have gone out. */
  publish(topic: string, payload: string): Promise<void>;
  /** Connected and subscribed. */
  ready(): boolean;
  close(): Promise<void>;
}

/** Connects, and goes on trying as long as it is open. */
export function openMqtt(options: MqttOptions): MqttLink {
  const { credentials, log, clock } = options;
  let ready = false;
  // Its own socket, because an answer must not wait for the far end's delayed TCP acknowledgement (40 ms and more).
  const socket = () => createConnection({ host: options.host, port: options.port, noDelay: true });
  const client = new MqttClient(socket, {
    protocolVersion: 4,
    clean: true,
    resubscribe: false,
    clientId: credentials.client_id,
    username: credentials.username,
    password: credentials.password,
    connectTimeout: CONNECT_TIMEOUT_MS,
    reconnectPeriod: RECONNECT_MS,
    keepalive: KEEPALIVE_S,
  });

  /** Message ids that the broker owes an acknowledgement. */
  const owed = new Set<number>();
  /** Whoever publishes tries again: mqtt.js's own store would do it behind his back, and grow. */
  const forget = (): void => {
    for (const id of owed) client.removeOutgoingMessage(id);
  };

  async function subscribe(): Promise<void> {
    const cancel = clock.after(CONNECT_TIMEOUT_MS, () => client.stream.destroy());
    try {
      const filters = (["alerts", "status", "reply"] as const).map(everyGateway);
      const granted = await client.subscribeAsync(filters, { qos: 1 });
      if (granted.some(({ qos }) => qos === REFUSED_SUBSCRIPTION)) {
        throw new Error("the broker refuses the subscription");
      }
      ready = true;
      log.info("connected to the broker");
      options.onReady();
    } catch (thrown) {
      log.error({ reason: messageOf(thrown) }, "cannot subscribe");
      // Ends as a lost connection, so that the next try waits its time.
      client.stream.destroy();
    } finally {
      cancel();
    }
  }

  client.on("connect", () => void subscribe());
  client.on("close", () => {
    if (ready) log.warn("connection to the broker lost");
    ready = false;
    forget();
  });
  client.on("error", (error) => log.warn({ reason: messageOf(error) }, "broker connection"));
  client.on("message", (topic, payload, packet) => {
    const parsed = parseTopic(topic);
    if (parsed === undefined) return;
    const { channel, ...address } = parsed;
    if (channel === "alerts") options.onAlert(address, payload);
    if (channel === "reply") options.onReply(address, payload);
    if (channel === "status") options.onStatus(address, payload, !packet.retain);
  });

  return {
    ready: () => ready,
    publish(topic, payload) {
      if (!ready) return Promise.reject(failure("mqtt_offline"));
      return new Promise((resolve, reject) => {
        client.publish(topic, payload, { qos: 1 }, (error) => {
          cancel();
          owed.delete(id);
          if (error) reject(failure("mqtt_timeout"));
          else resolve();
        });
        const id = client.getLastMessageId();
        owed.add(id);
        const cancel = clock.after(PUBLISH_TIMEOUT_MS, () => client.removeOutgoingMessage(id));
      });
    },
    async close() {
      const force = !ready;
      ready = false;
      forget();
      await client.endAsync(force);
    },
  };
}

function failure(code: string): AnhuError {
  return new AnhuError(code, "the broker has not taken the message", {
    fault: "environment",
    retry: true,
  });
}
