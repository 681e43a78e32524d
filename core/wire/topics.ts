/** `anhu/v1/{facility}/{gateway}/{channel}` (CONTRACTS.md, MQTT). */
export const UP_CHANNELS = ["readings", "alerts", "status", "reply"] as const;
export const DOWN_CHANNELS = ["ack", "command", "config"] as const;

export type UpChannel = (typeof UP_CHANNELS)[number];
export type DownChannel = (typeof DOWN_CHANNELS)[number];
export type Channel = UpChannel | DownChannel;

export interface GatewayAddress {
  readonly facility: string;
  readonly gateway: string;
}

const ID = /^[a-z0-9-]{1,32}$/;
const CHANNELS: readonly string[] = [...UP_CHANNELS, ...DOWN_CHANNELS];

/** True for an opaque permanent id of a facility, gateway, device, room or resident: `[a-z0-9-]{1,32}`. */
export function isId(text: string): boolean {
  return ID.test(text);
}

export function topic(address: GatewayAddress, channel: Channel): string {
  return `anhu/v1/${address.facility}/${address.gateway}/${channel}`;
}

/** A filter over every gateway of every facility. */
export function everyGateway(channel: Channel): string {
  return `anhu/v1/+/+/${channel}`;
}

/** Undefined for any topic that is not exactly one of ours. */
export function parseTopic(
  text: string,
): (GatewayAddress & { readonly channel: Channel }) | undefined {
  const [root, version, facility, gateway, channel, ...rest] = text.split("/");
  if (root !== "anhu" || version !== "v1" || rest.length > 0) return undefined;
  if (facility === undefined || gateway === undefined || channel === undefined) return undefined;
  if (!isId(facility) || !isId(gateway) || !CHANNELS.includes(channel)) return undefined;
  return { facility, gateway, channel: channel as Channel };
}
