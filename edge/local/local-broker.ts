/**
 * The gateway's own MQTT broker, for the facility's own devices: what they publish goes through the pipeline first.
 *
 *   device --PUBLISH--> decode -> pipeline --durable--> PUBACK, and on to subscribers
 *                                    |
 *                               not durable: the connection is closed, the device sends it again
 */
import type { Broker, Incoming, Listener } from "@anhu/broker";
import { openIdentities, startBroker } from "@anhu/broker";
import type { Gateway } from "@anhu/core/facility";
import { sourceId } from "@anhu/core/facility";
import { AnhuError, messageOf } from "@anhu/core/errors";
import type { Clock } from "@anhu/core/time";
import type { Logger } from "pino";
import type { Registry } from "prom-client";
import type { DecodeResult, MqttDecode } from "../drivers/index.ts";
import { MQTT_DRIVERS } from "../drivers/index.ts";
import type { Message } from "../pipeline/model.ts";
import type { SirenSet } from "./siren.ts";

export interface LocalParts {
  readonly gateway: Gateway;
  readonly listeners: readonly Listener[];
  /** File of the devices' identities. */
  readonly identities: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Registry;
  readonly accept: (message: Message) => Promise<boolean>;
  /** The siren came on line. */
  readonly sirenOnline: () => void;
  readonly sirenState: (on: boolean) => void;
}

export interface LocalBroker {
  readonly ports: readonly number[];
  siren(set: SirenSet): void;
  close(): Promise<void>;
}

/** Zigbee2MQTT's inventory is one message and grows with the devices: some 5 KiB each. */
const PACKET_BYTES = 8 * 1024 * 1024;

/** Starts it. Throws `port_taken`, `cannot_listen`, `identities_unreadable` or `unknown_driver`. */
export async function startLocalBroker(parts: LocalParts): Promise<LocalBroker> {
  const { gateway, clock, log, metrics, listeners } = parts;
  const sources = decodersOf(gateway);
  const identities = openIdentities(parts.identities);
  let closing = false;
  const start = (): Promise<Broker> =>
    startBroker({
      listeners,
      identities,
      limits: { packetBytes: PACKET_BYTES },
      clock,
      log,
      metrics,
      beforeAck: (incoming) => (closing ? refuse(incoming) : receive(incoming, sources, parts)),
    });
  const broker = await start().catch((thrown: unknown) => {
    identities.close();
    throw thrown;
  });
  return {
    ports: broker.ports,
    siren(set) {
      if (gateway.siren === undefined) return;
      const { topic } = gateway.siren;
      broker
        .publish(topic, JSON.stringify(set), { qos: 1, retain: false })
        .catch((thrown: unknown) => {
          log.error({ why: messageOf(thrown) }, "the siren could not be told");
        });
    },
    async close() {
      closing = true;
      await broker.close();
      identities.close();
    },
  };
}

/** We hang up, so what is said now is not told: a last will says only that we did, and a message is sent again. */
function refuse({ identity, will }: Incoming): Promise<void> {
  if (will) return Promise.resolve();
  const options = { fault: "environment", retry: true } as const;
  return Promise.reject(new AnhuError("closing", `${identity.username} has to wait`, options));
}

interface LocalSource {
  readonly id: string;
  readonly prefix: string;
  readonly decode: MqttDecode;
}

function decodersOf(gateway: Gateway): LocalSource[] {
  return (gateway.mqtt?.sources ?? []).map((source) => {
    const driver = MQTT_DRIVERS.find(({ name }) => name === source.driver);
    if (driver === undefined) {
      const options = { fault: "caller", retry: false } as const;
      throw new AnhuError("unknown_driver", `no driver is called ${source.driver}`, options);
    }
    return { id: sourceId(source), prefix: `${source.base}/`, decode: driver.decoder(source.base) };
  });
}

/** Resolves when the message may be acknowledged: it is on the disk, or refused for good. */
async function receive(
  incoming: Incoming,
  sources: readonly LocalSource[],
  parts: LocalParts,
): Promise<void> {
  const { topic, payload, qos } = incoming;
  watchSiren(incoming, parts);
  const source = sources.find(({ prefix }) => topic.startsWith(prefix));
  if (source === undefined) return;
  // What is published here now is an event, also when it is to be kept.
  const result = keyOfSiren(source.decode({ topic, payload, retained: false }), incoming, parts);
  const raw = Buffer.concat([Buffer.from(`${topic}\t`), payload]);
  const stored = parts.accept({ wire: source.id, result, raw, answered: qos > 0 });
  // Nobody waits for the answer to QoS 0, and the next message must not wait either.
  if (qos > 0 && !(await stored)) {
    const options = { fault: "environment", retry: true } as const;
    throw new AnhuError("not_durable", `a message of ${source.id} could not be stored`, options);
  }
}

/** Only the siren has a reset key, and nobody may speak for it who was not given this very topic: a wearable or a bridge must not end a fire. */
function keyOfSiren(
  result: DecodeResult,
  { topic, identity }: Incoming,
  parts: LocalParts,
): DecodeResult {
  if (!result.ok || result.resetKey !== true) return result;
  if (topic === `${sirenPrefix(parts)}/reset` && identity.publish.includes(topic)) return result;
  return { ok: false, reason: "foreign_reset", detail: `${topic} of ${identity.username}` };
}

function sirenPrefix({ gateway }: LocalParts): string | undefined {
  return gateway.siren?.topic.replace(/\/set$/, "");
}

function watchSiren({ topic, payload }: Incoming, parts: LocalParts): void {
  const prefix = sirenPrefix(parts);
  if (prefix === undefined) return;
  if (topic === `${prefix}/online` && payload.toString() === "true") parts.sirenOnline();
  const on = /"on"\s*:\s*(true|false)/.exec(topic === `${prefix}/state` ? payload.toString() : "");
  if (on !== null) parts.sirenState(on[1] === "true");
}
