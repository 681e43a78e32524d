import type { Result } from "../result/index.ts";
import { ok, refuse } from "../result/index.ts";
import { LINE_DRIVERS, SOURCE_DRIVERS } from "./drivers.ts";
import type { Device, Facility, Gateway, Line, Source } from "./model.ts";

/** A declared device, or the one at the end of a line or behind a source, with the place where people must go. */
export interface KnownDevice extends Device {
  /** Its own room, else its resident's, else its line's; `none` when there is none. */
  readonly room: string;
}

/** Who is who for one gateway. */
export interface FacilityIndex {
  readonly facility: Facility;
  readonly gateways: readonly Gateway[];
  /** By id: declared devices of the gateway, and one per line and source. */
  readonly devices: ReadonlyMap<string, KnownDevice>;
  /** By the line's or source's id and the address on the wire; undefined: unknown. */
  readonly find: (wire: string, address: string) => KnownDevice | undefined;
}

/** A source is known by its `id`, or by its driver's name when it has none. */
export function sourceId(source: Source): string {
  return source.id ?? source.driver;
}

/** Indexes the devices of one gateway, or of all when none is named. Fails with `unknown_gateway`. */
export function indexFacility(facility: Facility, gatewayId?: string): Result<FacilityIndex> {
  const gateways = facility.gateways.filter(
    (gateway) => gatewayId === undefined || gateway.id === gatewayId,
  );
  if (gatewayId !== undefined && gateways.length === 0) {
    return refuse("unknown_gateway", `the facility file has no gateway ${gatewayId}`);
  }
  const lines = gateways.flatMap((gateway) => gateway.lines);
  const sources = gateways.flatMap((gateway) => gateway.mqtt?.sources ?? []);
  const wires = new Set([...lines.map((line) => line.id), ...sources.map(sourceId)]);
  const declared = facility.devices.filter((device) => wires.has(wireOf(device)));
  const rooms = new Map(facility.residents.map((resident) => [resident.id, resident.room]));

  const devices = new Map<string, KnownDevice>();
  const addresses = new Map<string, KnownDevice>();
  for (const device of [...lines.map(lineDevice), ...sources.map(sourceDevice), ...declared]) {
    const room = device.room ?? rooms.get(device.resident ?? "") ?? "none";
    devices.set(device.id, { ...device, room });
  }
  for (const device of declared) {
    const known = devices.get(device.id);
    if (known !== undefined) addresses.set(`${wireOf(device)} ${device.address}`, known);
  }
  const own = new Map([
    ...lines.map((line) => [line.id, LINE_DRIVERS.get(line.driver)?.own] as const),
    ...sources.map((source) => [sourceId(source), SOURCE_DRIVERS.get(source.driver)?.own] as const),
  ]);
  return ok({
    facility,
    gateways,
    devices,
    find(wire, address) {
      const device = addresses.get(`${wire} ${address}`);
      return device ?? (own.get(wire)?.test(address) === true ? devices.get(wire) : undefined);
    },
  });
}

/** The line or source that a device speaks on. */
export function wireOf(device: Device): string {
  return device.line ?? device.source ?? "";
}

/** Zigbee2MQTT itself, or whoever speaks for the undeclared devices of a source. */
function sourceDevice(source: Source): Device {
  return { id: sourceId(source), kind: "device", source: sourceId(source), address: "" };
}

function lineDevice(line: Line): Device {
  const { id, room, supervise_s } = line;
  return {
    id,
    kind: LINE_DRIVERS.get(line.driver)?.kind ?? "device",
    line: id,
    address: "",
    ...(room === undefined ? {} : { room }),
    ...(supervise_s === undefined ? {} : { supervise_s }),
  };
}
