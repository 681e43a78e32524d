import { KINDS } from "@anhu/core/points";
import type { GatewayAddress } from "@anhu/core/wire";
import { DOWN_CHANNELS, everyGateway, topic, UP_CHANNELS } from "@anhu/core/wire";
import type { IdentityDraft, Role } from "./identity.ts";

/** A gateway: speaks on its own four channels up, hears its own three down. The name `facility.gateway` is unique: ids have no dot. */
export function gatewayIdentity(address: GatewayAddress): IdentityDraft {
  return draft("gateway", `${address.facility}.${address.gateway}`, {
    publish: UP_CHANNELS.map((channel) => topic(address, channel)),
    subscribe: DOWN_CHANNELS.map((channel) => topic(address, channel)),
  });
}

/** An ingest worker; several workers have several names. */
export function ingestIdentity(name = "ingest"): IdentityDraft {
  return draft("ingest", name, {
    publish: [everyGateway("ack")],
    subscribe: [everyGateway("readings")],
  });
}

/** A response worker; several workers have several names. */
export function responseIdentity(name = "response"): IdentityDraft {
  return draft("response", name, {
    publish: DOWN_CHANNELS.map(everyGateway),
    subscribe: (["alerts", "status", "reply"] as const).map(everyGateway),
  });
}

/** One native device of a facility (docs/protocols/native.md): says its own kinds, hears its own `set`. */
export function deviceIdentity(device: {
  readonly base: string;
  readonly address: string;
}): IdentityDraft {
  const own = `${device.base}/${device.address}`;
  return draft("device", `${device.base}.${device.address}`, {
    publish: [...Object.keys(KINDS), "online", "state", "reset"].map((last) => `${own}/${last}`),
    subscribe: [`${own}/set`],
  });
}

/** A program that speaks for many devices under one base, as Zigbee2MQTT does; named after the base. */
export function bridgeIdentity(base: string): IdentityDraft {
  return draft("bridge", base, { publish: [`${base}/#`], subscribe: [`${base}/#`] });
}

function draft(
  role: Role,
  name: string,
  access: Pick<IdentityDraft, "publish" | "subscribe">,
): IdentityDraft {
  return { username: name, clientId: name, role, ...access };
}
