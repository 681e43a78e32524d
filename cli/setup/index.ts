/**
 * What a first start makes under the data directory, and later starts find again:
 *
 *   installation.json         demo or real, never both (docs/adr/0003); the LAN address of the last start
 *   tls/                      local CA, server key and certificate
 *   broker/identities.db      who may sign in to the central broker (hashes only)
 *   secrets/{service}.json    what ingest and response sign in with
 *   secrets/api-token         what this machine's own tools ask the API with
 *   secrets/room-code.key     what the codes on the rooms' walls are made of
 *   channels.yaml             how people are reached
 *   facility.yaml             the facility of this machine's own gateway
 *   names.yaml                the demo's people; in real use whoever knows them writes it
 *   edge/{gateway}/           the gateway's identity, and those of the facility's own MQTT devices
 */
import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { AnhuError } from "@anhu/core/errors";
import type { Facts } from "@anhu/core/errors";
import { parseFacility } from "@anhu/core/facility";
import type { Facility } from "@anhu/core/facility";
import { isId } from "@anhu/core/wire";
import type { GatewayAddress } from "@anhu/core/wire";
import { mistakesOf } from "../problems/index.ts";
import { mistakeEn } from "../problems/mistakes.ts";
import { readJson, writePrivate } from "./files.ts";
import {
  addGateway,
  addLocalDevices,
  addOwnGateway,
  addServices,
  moveOwnGateways,
} from "./identities.ts";
import type { GatewayCredentials } from "./identities.ts";
import { ensureTls } from "./tls.ts";

/** Copied at the first demo start. */
const DEMO_FILES = ["facility.yaml", "names.yaml", "channels.yaml"];
const CHANNELS = new URL("./channels.yaml", import.meta.url);
const SECRET_BYTES = 32;

export { addGateway } from "./identities.ts";

export interface SetupOptions {
  readonly dataDir: string;
  /** undefined: what the directory is already, else real. */
  readonly demo: boolean | undefined;
  /** The address that the TLS listeners answer on beside loopback. */
  readonly lan: string | undefined;
  readonly mqttPort: number;
  readonly now: number;
}

export interface Installation {
  /** undefined: no facility file here, so no gateway runs on this machine. */
  readonly facility: Facility | undefined;
  readonly gateway: string | undefined;
}

/**
 * Makes what is missing for centre and gateway; changes nothing that is there.
 * Throws `wrong_mode` (a demo directory for real use, or the reverse), `name_not_permitted` and `bad_facility` with every mistake.
 */
export async function setUp(options: SetupOptions): Promise<Installation> {
  await setUpCentre(options);
  return setUpGateway(options);
}

/** Makes what broker, ingest and response need. Throws `wrong_mode` and `name_not_permitted`. */
export async function setUpCentre(options: SetupOptions): Promise<void> {
  mkdirSync(options.dataDir, { recursive: true, mode: 0o700 });
  chmodSync(options.dataDir, 0o700);
  claim(options);
  const lan = options.lan === undefined ? [] : [options.lan];
  await ensureTls({
    folder: join(options.dataDir, "tls"),
    addresses: ["localhost", "127.0.0.1", "::1", ...lan],
    now: options.now,
  });
  addServices(options.dataDir);
  if (options.demo === true) addDemo(options.dataDir);
  addOwn(options.dataDir);
}

function addDemo(dataDir: string): void {
  for (const name of DEMO_FILES) {
    const file = new URL(import.meta.resolve(`@anhu/firmware-sim/demo/${name}`));
    addFile(join(dataDir, name), () => readFileSync(file, "utf8"));
  }
}

/** What a person may edit later, and secrets that nobody else is to know. */
function addOwn(dataDir: string): void {
  addFile(join(dataDir, "channels.yaml"), () => readFileSync(CHANNELS, "utf8"));
  addFile(join(dataDir, "secrets", "api-token"), () => secret("base64url"));
  addFile(join(dataDir, "secrets", "room-code.key"), () => secret("hex"));
}

function addFile(path: string, content: () => string): void {
  if (!existsSync(path)) writePrivate(path, content());
}

function secret(encoding: "hex" | "base64url"): string {
  return `${randomBytes(SECRET_BYTES).toString(encoding)}\n`;
}

/** Makes what the gateway of the facility file needs; its identity only where the centre is on this machine too. Throws `bad_facility`. */
export function setUpGateway(options: Pick<SetupOptions, "dataDir" | "mqttPort">): Installation {
  const { dataDir, mqttPort } = options;
  const facilityFile = join(dataDir, "facility.yaml");
  if (!existsSync(facilityFile)) return { facility: undefined, gateway: undefined };
  const facility = readFacility(facilityFile);
  const gateway = facility.gateways[0];
  if (gateway === undefined) return { facility, gateway: undefined };
  if (existsSync(claimFile(dataDir))) {
    const address = { facility: facility.facility.id, gateway: gateway.id };
    addOwnGateway({ dataDir, address, broker: { host: "127.0.0.1", port: mqttPort, tls: false } });
  }
  addLocalDevices({ dataDir, facility, gateway });
  return { facility, gateway: gateway.id };
}

interface Claim {
  readonly mode: "demo" | "real";
  readonly lan: string | null;
  /** Of the last start: the gateway of this machine follows when it is another now. */
  readonly mqtt_port?: number;
}

function claimFile(dataDir: string): string {
  return join(dataDir, "installation.json");
}

function claim({ dataDir, demo, lan, mqttPort }: SetupOptions): void {
  const path = claimFile(dataDir);
  const found = readJson(path) as Claim | undefined;
  const mode = demo === undefined ? (found?.mode ?? "real") : demo ? "demo" : "real";
  if (found !== undefined && found.mode !== mode) {
    const text =
      mode === "demo"
        ? `${dataDir} is in real use: the demo does not run there; give it a directory of its own by ANHU_DATA`
        : `${dataDir} holds the demo facility: give real use a directory of its own by ANHU_DATA`;
    throw misuse("wrong_mode", text, { dataDir, mode });
  }
  const port = found?.mqtt_port ?? mqttPort;
  if (port !== mqttPort) moveOwnGateways(dataDir, { from: port, to: mqttPort });
  const made: Claim = { mode, lan: lan ?? null, mqtt_port: mqttPort };
  writePrivate(path, JSON.stringify(made));
}

/**
 * Lets a gateway elsewhere join, over TLS: at the address of the last `--lan`, else on loopback.
 * Throws `bad_id`, `not_set_up` before a first start, `identity_exists`.
 */
export function joinGateway(options: {
  readonly dataDir: string;
  readonly address: GatewayAddress;
  readonly mqttsPort: number;
}): GatewayCredentials {
  const { dataDir, address } = options;
  for (const id of [address.facility, address.gateway]) {
    if (isId(id)) continue;
    throw misuse("bad_id", `"${id}" is not an id: [a-z0-9-], 1 to 32 characters`, { id });
  }
  const found = readJson(claimFile(dataDir)) as Claim | undefined;
  if (found === undefined) {
    const text = `nothing has been started in ${dataDir} yet: run "npm start" first, or set ANHU_DATA`;
    throw misuse("not_set_up", text, { dataDir });
  }
  const broker = { host: found.lan ?? "127.0.0.1", port: options.mqttsPort, tls: true };
  return addGateway({ dataDir, address, broker });
}

function misuse(code: string, text: string, about: Facts): AnhuError {
  return new AnhuError(code, text, { fault: "caller", retry: false, about });
}

function readFacility(path: string): Facility {
  const parsed = parseFacility(readFileSync(path, "utf8"));
  if (parsed.ok) return parsed.value;
  const mistakes = parsed.error.map((one) => `  ${mistakeEn(path, one)}`);
  const text = `the facility file has mistakes:\n${mistakes.join("\n")}`;
  throw misuse("bad_facility", text, mistakesOf(path, parsed.error));
}
