/** A centre that acknowledges what a gateway under test sends. */
import type { Broker, Credentials } from "@anhu/broker";
import {
  gatewayIdentity,
  ingestIdentity,
  issue,
  memoryIdentities,
  startBroker,
} from "@anhu/broker";
import type { Clock } from "@anhu/core/time";
import type { Ack, AlertMessage, Command, Reply, Status } from "@anhu/core/wire";
import {
  everyGateway,
  parseAlert,
  parseBatchHeader,
  parseStatus,
  parseTopic,
  topic,
} from "@anhu/core/wire";
import { connectAsync } from "mqtt";
import type { IClientOptions, MqttClient } from "mqtt";
import { pino } from "pino";
import { Registry } from "prom-client";

const HEARD = ["readings", "alerts", "status", "reply"] as const;
const ADDRESS = { facility: "home", gateway: "gw1" };

/** Broker and services of the centre in one: takes what comes and acknowledges it, unless told not to. */
export class Centre {
  readonly alerts: AlertMessage[] = [];
  readonly lines: string[] = [];
  readonly offsets: number[] = [];
  readonly replies: Reply[] = [];
  status: Status | null = null;
  acknowledges = true;
  readonly #clock: Clock;
  readonly #gateway = issue(gatewayIdentity(ADDRESS));
  readonly #services = issue({
    ...ingestIdentity(),
    publish: [everyGateway("ack"), everyGateway("command")],
    subscribe: HEARD.map(everyGateway),
  });
  #broker: Broker | null = null;
  #client: MqttClient | null = null;
  #commands = 0;
  port = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get credentials(): Credentials {
    return this.#gateway.credentials;
  }

  async open(): Promise<void> {
    this.#broker = await startBroker({
      listeners: [{ host: "127.0.0.1", port: this.port }],
      identities: memoryIdentities([this.#gateway.identity, this.#services.identity]),
      clock: this.#clock,
      log: pino({ enabled: false }),
      metrics: new Registry(),
    });
    this.port = this.#broker.ports[0] ?? 0;
    this.#client = await signIn(this.port, this.#services.credentials);
    this.#client.on("message", (name, payload) => this.#received(name, payload));
    await this.#client.subscribeAsync(HEARD.map(everyGateway), { qos: 1 });
  }

  async close(): Promise<void> {
    await this.#client?.endAsync(true);
    await this.#broker?.close();
  }

  /** Sends a command in time; returns its id, which the reply names. */
  command(verb: string, args: Command["args"]): string {
    const id = `c-${++this.#commands}`;
    const expires_at = this.#clock.wall() + 600_000;
    this.send("command", { v: 1, id, expires_at, verb, args });
    return id;
  }

  send(channel: "ack" | "command", message: object): void {
    this.#client?.publish(topic(ADDRESS, channel), JSON.stringify(message), { qos: 1 });
  }

  #received(name: string, payload: Buffer): void {
    const channel = parseTopic(name)?.channel;
    if (channel === "alerts") {
      const alert = parseAlert(payload);
      if (!alert.ok) throw new Error(alert.error.detail);
      this.alerts.push(alert.value);
      this.#acknowledge("alerts", alert.value);
    } else if (channel === "readings") {
      const header = parseBatchHeader(payload);
      if (header?.ok !== true) throw new Error("a batch without its header");
      this.offsets.push(header.value.clock.offset_ms);
      this.lines.push(
        ...payload.subarray(header.value.bodyOffset).toString().trimEnd().split("\n"),
      );
      this.#acknowledge("readings", header.value);
    } else if (channel === "reply") {
      this.replies.push(JSON.parse(payload.toString()) as Reply);
    } else if (channel === "status") {
      const status = parseStatus(payload);
      this.status = status.ok ? status.value : null;
    }
  }

  #acknowledge(kind: Ack["kind"], { boot, seq }: { boot: string; seq: number }): void {
    if (this.acknowledges) this.send("ack", { v: 1, kind, boot, stored: [seq], refused: [] });
  }
}

/** A client of a broker on this machine. */
export function signIn(
  port: number,
  credentials: Credentials,
  more: IClientOptions = {},
): Promise<MqttClient> {
  const { client_id, username, password } = credentials;
  return connectAsync({
    host: "127.0.0.1",
    port,
    username,
    password,
    clientId: client_id,
    reconnectPeriod: 0,
    ...more,
  });
}
