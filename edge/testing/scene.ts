/** A small facility around one gateway, for tests: a fire panel on TCP, a siren and a pendant on MQTT, and a centre that acknowledges. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import type { AddressInfo, Server, Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Broker, Credentials, IdentityDraft } from "@anhu/broker";
import {
  addIdentity,
  deviceIdentity,
  gatewayIdentity,
  ingestIdentity,
  issue,
  memoryIdentities,
  openIdentities,
  startBroker,
} from "@anhu/broker";
import { parseFacility } from "@anhu/core/facility";
import type { Clock, MonotonicMs, WallMs } from "@anhu/core/time";
import type { Ack, AlertMessage, Status } from "@anhu/core/wire";
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
import type { Edge, EdgeOptions } from "../options.ts";
import { startEdge } from "../start.ts";

const ADDRESS = { facility: "home", gateway: "gw1" };
const LOG = pino({ enabled: false });

/** Runs `rate` times as fast as the machine's, and can be set. */
class FastClock implements Clock {
  readonly rate: number;
  offset = 0;

  constructor(rate: number) {
    this.rate = rate;
  }

  monotonic(): MonotonicMs {
    return (performance.now() * this.rate) as MonotonicMs;
  }

  wall(): WallMs {
    return (Math.round(Date.UTC(2026, 10, 21) + this.monotonic()) + this.offset) as WallMs;
  }

  after(delayMs: number, run: () => void): () => void {
    const timer = setTimeout(run, delayMs / this.rate);
    return () => clearTimeout(timer);
  }
}

/** Polls until `is`, for at most 8 s. */
export async function until(is: () => boolean | Promise<boolean>): Promise<boolean> {
  for (let n = 0; n < 800; n++) {
    if (await is()) return true;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return false;
}

/** The far end of the panel's line: says frames, hears answers. */
class Panel {
  readonly heard: Buffer[] = [];
  readonly #server = createServer((socket) => {
    this.#socket = socket;
    socket.on("data", (bytes) => this.heard.push(bytes));
    socket.on("error", () => {});
    socket.on("close", () => {
      if (this.#socket === socket) this.#socket = null;
    });
  });
  #socket: Socket | null = null;

  listen(): Promise<number> {
    return listen(this.#server);
  }

  get connected(): boolean {
    return this.#socket !== null;
  }

  say(frame: Uint8Array): void {
    this.#socket?.write(frame);
  }

  /** How many confirmations (command 3) of this serial number were heard. */
  confirms(serial: number): number {
    const all = Buffer.concat(this.heard);
    let count = 0;
    for (let at = all.indexOf("@@"); at >= 0; at = all.indexOf("@@", at + 1)) {
      if (all[at + 26] === 3 && all.readUInt16LE(at + 2) === serial) count += 1;
    }
    return count;
  }

  close(): void {
    this.#socket?.destroy();
    this.#server.close();
  }
}

/** GB/T 26875.3-2011, vector A1 of DOMAIN: one smoke component; serial, address and state are set anew, and the checksum. */
export function smokeFrame(of: { serial: number; fire: boolean; address?: number }): Buffer {
  const frame = Buffer.from(
    "404001000101203a091a090c790300000000385b0100000030000202010101280a0002000200" +
      "20".repeat(30) +
      "00023a091a090c462323",
    "hex",
  );
  frame.writeUInt16LE(of.serial, 2);
  frame.writeUInt32LE(of.address ?? 0x0002000a, 32);
  frame.writeUInt16LE(of.fire ? 2 : 1, 36);
  frame[75] = frame.subarray(2, 75).reduce((sum, byte) => (sum + byte) & 0xff, 0);
  return frame;
}

/** The line to the town: can be cut so that nobody is told. */
class Town {
  isCut = false;
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;

  constructor(target: () => number) {
    this.#server = createServer((near) => {
      const far = connect({ host: "127.0.0.1", port: target() });
      this.#carry(near, far);
      this.#carry(far, near);
    });
  }

  listen(): Promise<number> {
    return listen(this.#server);
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }

  #carry(from: Socket, to: Socket): void {
    this.#sockets.add(from);
    from.on("data", (bytes) => {
      if (!this.isCut) to.write(bytes);
    });
    from.on("error", () => {});
    from.on("close", () => to.destroy());
  }
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

/** Broker and services of the centre in one: takes what comes and acknowledges it, unless told not to. */
class Centre {
  readonly alerts: AlertMessage[] = [];
  readonly lines: string[] = [];
  readonly offsets: number[] = [];
  status: Status | null = null;
  acknowledges = true;
  readonly #clock: Clock;
  readonly #gateway = issue(gatewayIdentity(ADDRESS));
  readonly #services = issue({
    ...ingestIdentity(),
    publish: [everyGateway("ack"), everyGateway("command")],
    subscribe: (["readings", "alerts", "status"] as const).map(everyGateway),
  });
  #broker: Broker | null = null;
  #client: MqttClient | null = null;
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
      log: LOG,
      metrics: new Registry(),
    });
    this.port = this.#broker.ports[0] ?? 0;
    this.#client = await signIn(this.port, this.#services.credentials);
    this.#client.on("message", (name, payload) => this.#received(name, payload));
    await this.#client.subscribeAsync(
      (["readings", "alerts", "status"] as const).map(everyGateway),
      {
        qos: 1,
      },
    );
  }

  async close(): Promise<void> {
    await this.#client?.endAsync(true);
    await this.#broker?.close();
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
    } else if (channel === "status") {
      const status = parseStatus(payload);
      this.status = status.ok ? status.value : null;
    }
  }

  #acknowledge(kind: Ack["kind"], { boot, seq }: { boot: string; seq: number }): void {
    if (this.acknowledges) this.send("ack", { v: 1, kind, boot, stored: [seq], refused: [] });
  }
}

/** Everything around one gateway, in a folder of its own. */
export class Scene {
  readonly clock = new FastClock(10);
  readonly panel = new Panel();
  readonly centre = new Centre(this.clock);
  readonly town = new Town(() => this.centre.port);
  readonly dataDir = mkdtempSync(join(tmpdir(), "anhu-edge-"));
  readonly #credentials = new Map<string, Credentials>();
  readonly #clients: MqttClient[] = [];
  edge: Edge | null = null;
  #panelPort = 0;
  #townPort = 0;

  async open(): Promise<void> {
    mkdirSync(join(this.dataDir, "edge", "gw1"), { recursive: true });
    const file = openIdentities(join(this.dataDir, "edge", "gw1", "local-identities.db"));
    for (const address of ["siren-1", "wb-1"]) {
      const draft: IdentityDraft = deviceIdentity({ base: "anhu-device", address });
      this.#credentials.set(address, addIdentity(file, draft));
    }
    file.close();
    this.#panelPort = await this.panel.listen();
    this.#townPort = await this.town.listen();
    await this.centre.open();
  }

  async start(options: Partial<EdgeOptions> = {}): Promise<Edge> {
    const parsed = parseFacility(facilityText(this.#panelPort));
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
    this.edge = await startEdge({
      facility: parsed.value,
      gateway: "gw1",
      identity: { ...this.centre.credentials, ca: null, host: "127.0.0.1", port: this.#townPort },
      dataDir: this.dataDir,
      clock: this.clock,
      log: LOG,
      listeners: [{ host: "127.0.0.1", port: 0 }],
      synchronized: () => true,
      reserveBytes: 64 * 1024,
      ...options,
    });
    return this.edge;
  }

  async stop(): Promise<void> {
    await this.edge?.stop();
    this.edge = null;
  }

  /** Signs a device in at the gateway's own broker, with the last will that it is off line. */
  async device(address: string): Promise<MqttClient> {
    const credentials = this.#credentials.get(address);
    if (credentials === undefined) throw new Error(`no device ${address}`);
    const will = {
      topic: `anhu-device/${address}/online`,
      payload: Buffer.from("false"),
      qos: 1 as const,
      retain: true,
    };
    const client = await signIn(this.edge?.ports[0] ?? 0, credentials, { will });
    this.#clients.push(client);
    return client;
  }

  async close(): Promise<void> {
    for (const client of this.#clients) await client.endAsync(true);
    await this.stop();
    await this.centre.close();
    this.panel.close();
    this.town.close();
    rmSync(this.dataDir, { recursive: true });
  }
}

function signIn(
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

function facilityText(panelPort: number): string {
  return `
facility: { id: home, name: { zh: 家, en: Home }, kind: nursing-home, region: "350304", timezone: Asia/Shanghai, beds: 2, nursing_beds: 1 }
places:
  - { id: f1, kind: floor, name: { zh: 一层, en: First floor } }
  - { id: r1, kind: bedroom, in: f1, name: { zh: 1室, en: Room 1 } }
residents:
  - { id: p-1, room: r1 }
staff:
  - { id: s-1, role: carer, channels: [ { webhook: "http://127.0.0.1:9/phone" } ] }
rota:
  - { shift: day, from: "08:00", to: "20:00", people: [s-1] }
  - { shift: night, from: "20:00", to: "08:00", people: [s-1] }
gateways:
  - id: gw1
    lines:
      - { id: panel, tcp: "127.0.0.1:${panelPort}", driver: gb26875, room: r1 }
    mqtt: { sources: [ { driver: native, base: anhu-device } ] }
    siren: { topic: anhu-device/siren-1/set }
devices:
  - { id: smoke-1, kind: smoke, room: r1, line: panel, address: "1/1/0x0002000a" }
  - { id: pendant-1, kind: fall, resident: p-1, source: native, address: wb-1 }
policies: default
`;
}
