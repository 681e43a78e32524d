/** The line to the central broker: MQTT 3.1.1, clean session, one client per connection, opened again for ever. */
import { Socket } from "node:net";
import type { Clock } from "@anhu/core/time";
import type { Channel, GatewayAddress, Status } from "@anhu/core/wire";
import { parseTopic, topic } from "@anhu/core/wire";
import { connect } from "mqtt";
import type { IClientOptions, MqttClient } from "mqtt";
import type { Logger } from "pino";
import { Backoff } from "../backoff/index.ts";
import type { UplinkIdentity } from "./identity.ts";

export interface LineParts {
  readonly identity: UplinkIdentity;
  readonly address: GatewayAddress;
  readonly clock: Clock;
  readonly log: Logger;
  readonly random: () => number;
  /** What the broker says in our name when the line breaks. */
  readonly will: () => Status;
  readonly onUp: () => void;
  readonly onDown: () => void;
  readonly onMessage: (channel: Channel, payload: Uint8Array) => void;
}

/** The broker answers a publish or subscribe well within this; when nothing at all comes, the line is dead though nobody has said so. */
const DEAD_MS = 10_000;
const CONNECT_MS = 10_000;
const KEEPALIVE_S = 20;
const AGAIN = { firstMs: 500, mostMs: 30_000 };
const CLOSE_MS = 2_000;

export class UplinkLine {
  readonly #parts: LineParts;
  readonly #backoff: Backoff;
  #client: MqttClient;
  #up = false;
  #closed = false;
  #cancelWatch: (() => void) | null = null;
  #cancelRetry: () => void = () => {};

  constructor(parts: LineParts) {
    this.#parts = parts;
    this.#backoff = new Backoff({ ...AGAIN, random: parts.random });
    this.#client = this.#open();
  }

  get up(): boolean {
    return this.#up;
  }

  /** Hands a message over, QoS 1; false when the line is down. What happens to it after that, only an ack from its receiver says. */
  publish(channel: Channel, payload: string | Uint8Array, options: { retain: boolean }): boolean {
    if (!this.#up) return false;
    const { address, log } = this.#parts;
    this.#watch();
    const body = typeof payload === "string" ? payload : Buffer.from(payload);
    this.#client.publish(topic(address, channel), body, { qos: 1, ...options }, (error) => {
      if (error) log.debug({ channel, why: error.message }, "not handed over");
    });
    return true;
  }

  /** Ends the line in order: what was published is handed over first, for at most 2 s. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelRetry();
    this.#heard();
    await new Promise<void>((resolve) => {
      const cancel = this.#parts.clock.after(CLOSE_MS, () =>
        this.#client.end(true, {}, () => resolve()),
      );
      this.#client.end(!this.#up, {}, () => {
        cancel();
        resolve();
      });
    });
    this.#up = false;
  }

  #open(): MqttClient {
    const { address, log, onUp, onMessage } = this.#parts;
    const client = connect(this.#options());
    client.on("connect", () => {
      // An alert must not wait for the far end's delayed TCP acknowledgement (40 ms and more).
      if (client.stream instanceof Socket) client.stream.setNoDelay(true);
      this.#watch();
      const filters = (["ack", "command"] as const).map((channel) => topic(address, channel));
      client.subscribe(filters, { qos: 1 }, (error, granted) => {
        if (client !== this.#client || this.#closed) return;
        if (error || granted?.some(({ qos }) => qos > 2) !== false) {
          log.error(
            { why: error?.message ?? "refused" },
            "the central broker does not let us hear acks",
          );
          client.end(true);
          return;
        }
        this.#up = true;
        this.#backoff.reset();
        log.info("uplink is up");
        onUp();
      });
    });
    client.on("packetreceive", () => this.#heard());
    client.on("message", (name, payload) => {
      const parsed = parseTopic(name);
      if (parsed !== undefined) onMessage(parsed.channel, payload);
    });
    client.on("error", (error) => log.warn({ why: error.message }, "uplink"));
    client.on("close", () => this.#lost(client));
    return client;
  }

  /** Somebody owes us a packet. */
  #watch(): void {
    this.#cancelWatch ??= this.#parts.clock.after(DEAD_MS, () => this.#client.end(true));
  }

  #heard(): void {
    this.#cancelWatch?.();
    this.#cancelWatch = null;
  }

  #lost(client: MqttClient): void {
    if (client !== this.#client || this.#closed) return;
    const { clock, log, onDown } = this.#parts;
    if (this.#up) onDown();
    this.#up = false;
    this.#heard();
    client.end(true);
    this.#cancelRetry();
    const delayMs = this.#backoff.next();
    log.warn({ delayMs }, "uplink is down");
    this.#cancelRetry = clock.after(delayMs, () => {
      this.#client = this.#open();
    });
  }

  #options(): IClientOptions {
    const { identity, address, will } = this.#parts;
    const { client_id, username, password, ca, host, port } = identity;
    return {
      host,
      port,
      username,
      password,
      clientId: client_id,
      ...(typeof ca === "string" ? { protocol: "mqtts", ca } : { protocol: "mqtt" }),
      protocolVersion: 4,
      clean: true,
      reconnectPeriod: 0,
      connectTimeout: CONNECT_MS,
      keepalive: KEEPALIVE_S,
      resubscribe: false,
      queueQoSZero: false,
      will: {
        topic: topic(address, "status"),
        payload: Buffer.from(JSON.stringify(will())),
        qos: 1,
        retain: true,
      },
    };
  }
}
