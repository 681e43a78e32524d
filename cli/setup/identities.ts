import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { sourceId } from "@anhu/core/facility";
import type { Facility, Gateway } from "@anhu/core/facility";
import type { GatewayAddress } from "@anhu/core/wire";
import {
  addIdentity,
  bridgeIdentity,
  deviceIdentity,
  gatewayIdentity,
  ingestIdentity,
  openIdentities,
  responseIdentity,
} from "@anhu/broker";
import type { Credentials, IdentityDraft, IdentityFile } from "@anhu/broker";
import { readJson, writePrivate } from "./files.ts";

/** What a gateway needs to join: printed once by `gateway add`, stored hashed (CONTRACTS.md, Commands). */
export interface GatewayCredentials extends Credentials {
  /** PEM of the CA to trust; null on the plain loopback port. */
  readonly ca: string | null;
  readonly host: string;
  readonly port: number;
}

/** Where a gateway finds the central broker. */
export interface CentralBroker {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
}

/** Makes a gateway's identity at the central broker. Throws `identity_exists` when there is one already. */
export function addGateway(options: {
  readonly dataDir: string;
  readonly address: GatewayAddress;
  readonly broker: CentralBroker;
}): GatewayCredentials {
  const { dataDir, address, broker } = options;
  return {
    ...withIdentities(centralIdentities(dataDir), (file) =>
      addIdentity(file, gatewayIdentity(address)),
    ),
    ca: broker.tls ? readFileSync(join(dataDir, "tls", "ca.crt"), "utf8") : null,
    host: broker.host,
    port: broker.port,
  };
}

/** Gives ingest and response what they sign in with, `secrets/{service}.json`, unless they have it. */
export function addServices(dataDir: string): void {
  withIdentities(centralIdentities(dataDir), (file) => {
    for (const draft of [ingestIdentity(), responseIdentity()]) {
      const path = join(dataDir, "secrets", `${draft.username}.json`);
      if (!existsSync(path)) writePrivate(path, JSON.stringify(replaceIdentity(file, draft)));
    }
  });
}

/** Gives the gateway of this machine its identity, `edge/{gateway}/identity.json`, unless it has one. */
export function addOwnGateway(options: Parameters<typeof addGateway>[0]): void {
  const path = join(options.dataDir, "edge", options.address.gateway, "identity.json");
  if (existsSync(path)) return;
  const draft = gatewayIdentity(options.address);
  withIdentities(centralIdentities(options.dataDir), (file) => file.remove(draft.username));
  writePrivate(path, JSON.stringify(addGateway(options)));
}

/** Lets the gateways of this machine find its broker on another port; those that speak to one elsewhere stay. */
export function moveOwnGateways(
  dataDir: string,
  port: { readonly from: number; readonly to: number },
): void {
  const folder = join(dataDir, "edge");
  for (const gateway of existsSync(folder) ? readdirSync(folder) : []) {
    const path = join(folder, gateway, "identity.json");
    const identity = readJson(path) as GatewayCredentials | undefined;
    const isOwn = identity?.ca === null && identity.port === port.from;
    if (isOwn) writePrivate(path, JSON.stringify({ ...identity, port: port.to }));
  }
}

/**
 * Gives every MQTT device of the facility file an identity at the gateway's own broker: one for each bridge (zigbee2mqtt), one for
 * each native address and for the siren. Their credentials stand in `edge/{gateway}/devices.json`, for whoever sets the devices up, by
 * base or address, and by `base/address` where another source has that address already.
 */
export function addLocalDevices(options: {
  readonly dataDir: string;
  readonly facility: Pick<Facility, "devices">;
  readonly gateway: Gateway;
}): void {
  const folder = join(options.dataDir, "edge", options.gateway.id);
  const path = join(folder, "devices.json");
  const known = (readJson(path) ?? {}) as Record<string, Credentials>;
  const drafts = localDrafts(options.facility, options.gateway);
  const owners = new Set(Object.values(known).map(({ username }) => username));
  const wanted = drafts.filter(({ draft }) => !owners.has(draft.username));
  const all = { ...known };
  withIdentities(join(folder, "local-identities.db"), (file) => {
    for (const { draft } of drafts) file.regrant(draft);
    for (const { name, topic, draft } of wanted) {
      all[Object.hasOwn(all, name) ? topic : name] = replaceIdentity(file, draft);
    }
  });
  if (wanted.length > 0 || !existsSync(path)) writePrivate(path, JSON.stringify(all, null, 1));
}

interface LocalDraft {
  /** A bridge's base, a native device's address. */
  readonly name: string;
  /** What it speaks under. */
  readonly topic: string;
  readonly draft: IdentityDraft;
}

/** Each device that speaks MQTT to the gateway. */
function localDrafts({ devices }: Pick<Facility, "devices">, gateway: Gateway): LocalDraft[] {
  const siren = gateway.siren?.topic.split("/").at(-2) ?? "";
  return (gateway.mqtt?.sources ?? []).flatMap((source) => {
    const { base } = source;
    if (source.driver !== "native")
      return [{ name: base, topic: base, draft: bridgeIdentity(base) }];
    const own = devices.filter((device) => device.source === sourceId(source));
    const addresses = new Set(own.map((device) => device.address));
    if (gateway.siren?.topic === `${base}/${siren}/set`) addresses.add(siren);
    return [...addresses].map((address) => {
      const draft = deviceIdentity({ base, address });
      return { name: address, topic: `${base}/${address}`, draft };
    });
  });
}

function centralIdentities(dataDir: string): string {
  return join(dataDir, "broker", "identities.db");
}

/** The credentials' file is gone, so nobody can have them: a new secret takes the place of the old one. */
function replaceIdentity(file: IdentityFile, draft: IdentityDraft): Credentials {
  file.remove(draft.username);
  return addIdentity(file, draft);
}

function withIdentities<T>(path: string, use: (file: IdentityFile) => T): T {
  const file = openIdentities(path);
  try {
    return use(file);
  } finally {
    file.close();
  }
}
