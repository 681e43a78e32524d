/** For tests: a client that says exactly the packets it is told to, and a broker to say them to. */
import { once } from "node:events";
import type { Socket } from "node:net";
import { connect as connectTcp } from "node:net";
import type { Clock } from "@anhu/core/time";
import type { IConnectPacket, Packet } from "mqtt-packet";
import mqttPacket from "mqtt-packet";
import { pino } from "pino";
import { Registry } from "prom-client";
import { onTestFinished } from "vitest";
import type { Broker, BrokerOptions, Credentials, IdentityDraft } from "./index.ts";
import { issue, memoryIdentities, startBroker } from "./index.ts";

/**
 * Makes brokers for tests: on a free port of 127.0.0.1, knowing the given identities, whose secret is `secret`; closed when
 * the test ends.
 */
export function brokers(clock: Clock) {
  return async (
    drafts: readonly IdentityDraft[],
    options: Partial<BrokerOptions> = {},
  ): Promise<Broker> => {
    const broker = await startBroker({
      listeners: [{ host: "127.0.0.1", port: 0 }],
      identities: memoryIdentities(drafts.map((draft) => issue(draft, "secret").identity)),
      clock,
      log: pino({ level: "silent" }),
      metrics: new Registry(),
      ...options,
    });
    onTestFinished(() => broker.close());
    return broker;
  };
}

export function credentials(draft: IdentityDraft): Credentials {
  return issue(draft, "secret").credentials;
}

/** An identity that may say and hear what is listed. */
export function talker(
  name: string,
  says: readonly string[],
  hears: readonly string[] = [],
): IdentityDraft {
  return { username: name, clientId: name, role: "device", publish: says, subscribe: hears };
}

export class RawClient {
  readonly socket: Socket;
  readonly received: Packet[] = [];
  /** Resolves when the other side has closed. */
  readonly closed: Promise<void>;
  #wake = (): void => {};

  constructor(socket: Socket) {
    this.socket = socket;
    const parser = mqttPacket.parser();
    parser.on("packet", (packet) => {
      this.received.push(packet);
      this.#wake();
    });
    socket.on("data", (chunk) => parser.parse(chunk));
    // A reset is an end like any other here.
    socket.on("error", () => socket.destroy());
    this.closed = new Promise((resolve) => {
      socket.once("close", () => {
        resolve();
        this.#wake();
      });
    });
  }

  say(...packets: readonly Packet[]): void {
    this.bytes(Buffer.concat(packets.map((packet) => mqttPacket.generate(packet))));
  }

  bytes(bytes: Uint8Array): void {
    this.socket.write(bytes);
  }

  /** The next packet with this command, taken out of what was received; undefined when the connection ends before one. */
  async next(cmd: Packet["cmd"]): Promise<Packet | undefined> {
    for (;;) {
      const at = this.received.findIndex((packet) => packet.cmd === cmd);
      if (at >= 0) return this.received.splice(at, 1)[0];
      if (this.socket.destroyed) return undefined;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}

/** A socket that has not said anything yet. */
export async function dial(broker: Broker): Promise<RawClient> {
  const socket = connectTcp(broker.ports[0] ?? 0, "127.0.0.1");
  await once(socket, "connect");
  onTestFinished(() => void socket.destroy());
  return new RawClient(socket);
}

/** A CONNECT of this identity, changed as told. */
export function hello(draft: IdentityDraft, change: Partial<IConnectPacket> = {}): IConnectPacket {
  return {
    cmd: "connect",
    protocolId: "MQTT",
    protocolVersion: 4,
    clean: true,
    keepalive: 60,
    clientId: draft.clientId,
    username: draft.username,
    password: Buffer.from("secret"),
    ...change,
  };
}

/** Connects and returns the CONNACK's code, or "closed". */
export async function knock(broker: Broker, connect: IConnectPacket): Promise<number | "closed"> {
  const client = await dial(broker);
  client.say(connect);
  const connack = await client.next("connack");
  return connack?.cmd === "connack" ? (connack.returnCode ?? "closed") : "closed";
}

/** A client that is in. */
export async function enter(
  broker: Broker,
  draft: IdentityDraft,
  change: Partial<IConnectPacket> = {},
): Promise<RawClient> {
  const client = await dial(broker);
  client.say(hello(draft, change));
  const connack = await client.next("connack");
  if (connack?.cmd !== "connack" || connack.returnCode !== 0) throw new Error("not let in");
  return client;
}

export function publish(
  topic: string,
  payload: string | Buffer = "x",
  change: { qos?: 0 | 1 | 2; retain?: boolean; messageId?: number; dup?: boolean } = {},
): Packet {
  return { cmd: "publish", topic, payload, qos: 0, retain: false, dup: false, ...change };
}

/** Subscribes and returns the SUBACK's codes: the QoS, or 128. */
export async function subscribe(client: RawClient, ...topics: string[]): Promise<unknown> {
  const subscriptions = topics.map((topic) => ({ topic, qos: 1 as const }));
  client.say({ cmd: "subscribe", messageId: 7, subscriptions });
  const suback = await client.next("suback");
  return suback?.cmd === "suback" ? suback.granted : "closed";
}

/** The payload of the next message, as text. */
export async function hear(client: RawClient): Promise<string | undefined> {
  const packet = await client.next("publish");
  return packet?.cmd === "publish" ? packet.payload.toString() : undefined;
}
