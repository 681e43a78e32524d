/** A small facility around one gateway, for tests: a fire panel on TCP, a siren and a pendant on MQTT, and a centre that acknowledges. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Credentials, IdentityDraft } from "@anhu/broker";
import { addIdentity, bridgeIdentity, deviceIdentity, openIdentities } from "@anhu/broker";
import type { Facility } from "@anhu/core/facility";
import { parseFacility } from "@anhu/core/facility";
import type { Clock, MonotonicMs, WallMs } from "@anhu/core/time";
import type { MqttClient } from "mqtt";
import { pino } from "pino";
import type { Edge, EdgeOptions } from "../options.ts";
import { startEdge } from "../start.ts";
import { Centre, signIn } from "./centre.ts";
import { Panel, Town } from "./wires.ts";

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
    this.#credentials.set("bridge", addIdentity(file, bridgeIdentity("anhu-device")));
    file.close();
    this.#panelPort = await this.panel.listen();
    this.#townPort = await this.town.listen();
    await this.centre.open();
  }

  /** With the facility file that `edit` makes of the scene's. */
  async start(
    options: Partial<EdgeOptions> = {},
    edit: (file: Facility) => Facility = (file) => file,
  ): Promise<Edge> {
    const parsed = parseFacility(facilityText(this.#panelPort));
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
    this.edge = await startEdge({
      facility: edit(parsed.value),
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
