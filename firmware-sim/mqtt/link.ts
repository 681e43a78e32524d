import { connect } from "mqtt";
import type { MqttClient } from "mqtt";
import type { Clock } from "@anhu/core/time";

/**
 * A device's connection to the gateway's broker. A message is kept until its PUBACK and sent again, with DUP, on every new
 * connection: the PUBACK is the only receipt. Order is kept; at most `window` messages are in flight.
 *
 * At the bound of `keep` messages the oldest routine one goes, and only when all are events the oldest of those (`onDropped`).
 */
export interface Outgoing {
  readonly topic: string;
  readonly payload: string;
  /** true: may be thrown away when the buffer is full. */
  readonly routine: boolean;
  /** At the first send. */
  readonly onSent?: () => void;
  readonly onPuback?: () => void;
  readonly onDropped?: () => void;
}

export interface Login {
  readonly client_id: string;
  readonly username: string;
  readonly password: string;
}

export interface LinkOptions {
  readonly url: string;
  readonly login: Login;
  readonly clock: Clock;
  readonly will: { readonly topic: string; readonly payload: string };
  /** Retained messages that stand for the present state: published at every new connection, before anything else. */
  readonly greeting: () => readonly { readonly topic: string; readonly payload: string }[];
  readonly subscribe?: {
    readonly topic: string;
    readonly onMessage: (payload: Uint8Array) => void;
  };
  readonly window?: number;
  readonly keep?: number;
  /** From the end of a connection, or a refused one, to the next attempt. */
  readonly retryMs?: number;
  /** Without a PUBACK for so long the connection is given up. */
  readonly ackTimeoutMs?: number;
}

export interface Link {
  publish(message: Outgoing): void;
  /** Publishes a retained state without waiting for its receipt: the greeting repeats it at the next connection. */
  retain(topic: string, payload: string): void;
  connected(): boolean;
  /** Messages without a PUBACK. */
  waiting(): number;
  close(): Promise<void>;
}

/** Opens the link and keeps trying until `close`. Never throws: a broker that is not there yet is the usual start. */
export function openLink(options: LinkOptions): Link {
  return new ReliableLink(options);
}

const ACK_MS = 20_000;
const CLOSE_MS = 2_000;

interface Entry {
  readonly message: Outgoing;
  /** The connection it was last sent on; 0: not sent yet. */
  sentOn: number;
}

class ReliableLink implements Link {
  readonly #options: LinkOptions;
  readonly #entries = new Set<Entry>();
  #client: MqttClient | undefined;
  #connection = 0;
  #up = false;
  #inFlight = 0;
  #closed = false;
  #cancelRetry = () => {};
  #cancelWatch = () => {};

  constructor(options: LinkOptions) {
    this.#options = options;
    this.#connect();
  }

  publish(message: Outgoing): void {
    if (this.#entries.size >= (this.#options.keep ?? 1000)) this.#makeRoom();
    this.#entries.add({ message, sentOn: 0 });
    this.#pump();
  }

  retain(topic: string, payload: string): void {
    if (this.#up) this.#client?.publish(topic, payload, { qos: 1, retain: true }, () => {});
  }

  connected(): boolean {
    return this.#up;
  }

  waiting(): number {
    return this.#entries.size;
  }

  /** Signs off; a broker that owes acknowledgements is left without a word after 2 s. */
  close(): Promise<void> {
    this.#closed = true;
    this.#cancelRetry();
    this.#cancelWatch();
    const client = this.#client;
    const force = !this.#up;
    this.#up = false;
    const { clock, ackTimeoutMs = ACK_MS } = this.#options;
    return new Promise((over) => {
      const cancel = clock.after(Math.min(ackTimeoutMs, CLOSE_MS), () => {
        client?.stream.destroy();
        over();
      });
      // mqtt.js itself would wait for them for ever.
      client?.end(force, () => {
        cancel();
        over();
      });
    });
  }

  #connect(): void {
    const { url, login, will, clock, retryMs = 1000 } = this.#options;
    const connection = ++this.#connection;
    const client = connect(url, {
      clientId: login.client_id,
      username: login.username,
      password: login.password,
      protocolVersion: 4,
      clean: true,
      // One client object per connection: mqtt.js's own store would send messages again behind our back.
      reconnectPeriod: 0,
      connectTimeout: 10_000,
      keepalive: 30,
      will: { topic: will.topic, payload: Buffer.from(will.payload), qos: 1, retain: true },
    });
    this.#client = client;
    client.on("connect", () => this.#welcome(client, connection));
    client.on("message", (_topic, payload) => this.#options.subscribe?.onMessage(payload));
    // Whatever it was, the next connection may be better: `close` follows.
    client.on("error", () => client.end(true));
    client.on("close", () => {
      if (connection !== this.#connection) return;
      this.#up = false;
      this.#inFlight = 0;
      this.#cancelWatch();
      if (this.#closed) return;
      this.#cancelRetry();
      this.#cancelRetry = clock.after(retryMs, () => this.#connect());
    });
  }

  #welcome(client: MqttClient, connection: number): void {
    if (connection !== this.#connection || this.#closed) return;
    const { subscribe, greeting } = this.#options;
    this.#up = true;
    if (subscribe !== undefined) client.subscribe(subscribe.topic, { qos: 1 });
    for (const { topic, payload } of greeting()) this.retain(topic, payload);
    this.#pump();
  }

  #pump(): void {
    const client = this.#client;
    if (!this.#up || client === undefined) return;
    const connection = this.#connection;
    for (const entry of this.#entries) {
      if (this.#inFlight >= (this.#options.window ?? 16)) break;
      if (entry.sentOn === connection) continue;
      const dup = entry.sentOn > 0;
      if (!dup) entry.message.onSent?.();
      entry.sentOn = connection;
      this.#inFlight++;
      if (this.#inFlight === 1) this.#watch(client);
      const { topic, payload } = entry.message;
      client.publish(topic, payload, { qos: 1, dup }, (error) => {
        if (!error) this.#received(client, connection, entry);
      });
    }
  }

  #received(client: MqttClient, connection: number, entry: Entry): void {
    // Also one that had to make room in the meantime: the gateway has it.
    this.#entries.delete(entry);
    entry.message.onPuback?.();
    if (connection !== this.#connection) return;
    this.#inFlight--;
    this.#cancelWatch();
    if (this.#inFlight > 0) this.#watch(client);
    this.#pump();
  }

  #watch(client: MqttClient): void {
    this.#cancelWatch();
    const { clock, ackTimeoutMs = ACK_MS } = this.#options;
    this.#cancelWatch = clock.after(ackTimeoutMs, () => client.end(true));
  }

  #makeRoom(): void {
    let victim: Entry | undefined;
    for (const entry of this.#entries) {
      victim ??= entry;
      if (!entry.message.routine) continue;
      victim = entry;
      break;
    }
    if (victim === undefined) return;
    this.#entries.delete(victim);
    victim.message.onDropped?.();
  }
}
