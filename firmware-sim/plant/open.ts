import { join } from "node:path";
import { AnhuError } from "@anhu/core/errors";
import type { Device, Facility, Gateway, Line } from "@anhu/core/facility";
import { sourceId } from "@anhu/core/facility";
import type { Clock } from "@anhu/core/time";
import type { Journal } from "../journal/index.ts";
import type { Link, Login } from "../mqtt/index.ts";
import type { SirenState } from "../native/index.ts";
import { openNativeDevice, openSiren } from "../native/index.ts";
import { faultyWire, openPtyWire, openTcpWire } from "../wire/index.ts";
import type { FaultyWire, Wire } from "../wire/index.ts";
import { openCoordinator } from "../zigbee2mqtt/index.ts";
import type { End } from "./end.ts";
import type { PlantEvent } from "./events.ts";
import { openPanel } from "./panel.ts";
import type { PanelEnd } from "./panel.ts";
import { createPlayer } from "./player.ts";
import type { Player } from "./player.ts";
import { openRadar } from "./radar.ts";
import type { SharedLine } from "./shared-line.ts";
import { shareLine } from "./shared-line.ts";

export interface OpenOptions {
  readonly facility: Facility;
  readonly gateway: Gateway;
  /** Paths of lines in the facility file are relative to it. */
  readonly dataDir: string;
  /** The gateway's own broker. */
  readonly mqttUrl: string;
  /** By bridge base and native address. */
  readonly logins: Readonly<Record<string, Login>>;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly tell: (event: PlantEvent) => void;
  readonly onSiren: (state: SirenState & { readonly at: number }) => void;
  /** How many times faster than usual devices report. */
  readonly rate: number;
  readonly random: () => number;
}

/** One serial line and the device at its end. */
export interface OpenLine {
  readonly wire: FaultyWire;
  readonly shared: SharedLine;
  readonly player: Player;
  readonly panel: PanelEnd | undefined;
}

/** Everything that was switched on, by the names of the facility file. */
export interface Opened {
  /** By facility id of the device. */
  readonly ends: ReadonlyMap<string, End>;
  /** By id of the line. */
  readonly lines: ReadonlyMap<string, OpenLine>;
  /** By bridge base and native address. */
  readonly links: ReadonlyMap<string, Link>;
  close(): Promise<void>;
}

/**
 * Switches on every device of one gateway: a pty or a TCP connection per line, an MQTT connection per bridge and native device.
 * Throws `no_login` when credentials of a device are missing, `unknown_driver` for a line that nothing simulated speaks,
 * `bad_demo_address`, and what ptys throw.
 */
export async function openDevices(options: OpenOptions): Promise<Opened> {
  const opening = new Opening(options);
  try {
    for (const line of options.gateway.lines) opening.line(line);
    for (const source of options.gateway.mqtt?.sources ?? []) {
      const own = options.facility.devices.filter((device) => device.source === sourceId(source));
      if (source.driver === "zigbee2mqtt") opening.zigbee(source.base, own);
      else if (source.driver === "native") opening.native(source.base, own);
    }
    return opening;
  } catch (thrown) {
    await opening.close();
    throw thrown;
  }
}

class Opening implements Opened {
  readonly ends = new Map<string, End>();
  readonly lines = new Map<string, OpenLine>();
  readonly links = new Map<string, Link>();
  readonly #options: OpenOptions;
  readonly #closing: (() => void | Promise<void>)[] = [];

  constructor(options: OpenOptions) {
    this.#options = options;
  }

  line(line: Line): void {
    const { clock, journal, tell, random, rate, facility } = this.#options;
    const bare = this.#wireOf(line);
    if (bare === undefined) return;
    this.#closing.push(() => bare.close());
    const wire = faultyWire(bare, random);
    const shared = shareLine(wire);
    const player = createPlayer({ line: line.id, shared, journal, clock, tell });
    const common = { line, wire: shared.own, journal, clock, rate };
    let panel: PanelEnd | undefined;
    if (line.driver === "gb26875") {
      const devices = facility.devices.filter((device) => device.line === line.id);
      const label = (device: Device) => labelOf(facility, device);
      panel = openPanel({ ...common, devices, label });
      this.#end(panel, [line.id, ...devices.map(({ id }) => id)]);
    } else if (line.driver === "ld2410") this.#end(openRadar(common), [line.id]);
    else
      throw problem("unknown_driver", `line ${line.id}: nothing simulated speaks ${line.driver}`);
    this.lines.set(line.id, { wire, shared, player, panel });
  }

  zigbee(base: string, devices: readonly Device[]): void {
    const { mqttUrl: url, journal, clock } = this.#options;
    const coordinator = openCoordinator({
      url,
      login: this.#login(base),
      base,
      devices,
      journal,
      clock,
    });
    this.links.set(base, coordinator.link);
    this.#end(
      coordinator,
      devices.map(({ id }) => id),
    );
  }

  native(base: string, devices: readonly Device[]): void {
    const { mqttUrl: url, journal, clock, gateway, onSiren } = this.#options;
    for (const { id: device, address } of devices) {
      const options = { url, login: this.#login(address), base, address, device, journal, clock };
      const isSiren = gateway.siren?.topic === `${base}/${address}/set`;
      const native = isSiren ? openSiren(options, onSiren) : openNativeDevice(options);
      this.links.set(address, native.link);
      this.#end({ ...native, report: (_device, saying) => void native.report(saying) }, [device]);
    }
  }

  /** A pty, or the device's connection to a gateway that listens. A gateway that dials (`tcp`) finds nobody: undefined. */
  #wireOf(line: Line): Wire | undefined {
    const { clock, dataDir } = this.#options;
    const { id: name, path, listen } = line;
    if (path !== undefined) {
      const baud = line.baud ?? (line.driver === "ld2410" ? 256_000 : 9_600);
      return openPtyWire({ name, link: join(dataDir, path), baud, clock });
    }
    if (listen === undefined) return undefined;
    const [host = "", port] = listen.split(":");
    return openTcpWire({ name, host, port: Number(port), clock });
  }

  async close(): Promise<void> {
    await Promise.all(this.#closing.toReversed().map(async (close) => close()));
  }

  #end(end: End & { close(): void | Promise<void> }, devices: readonly string[]): void {
    for (const device of devices) this.ends.set(device, end);
    this.#closing.push(() => end.close());
  }

  #login(name: string): Login {
    const { logins } = this.#options;
    const login = Object.hasOwn(logins, name) ? logins[name] : undefined;
    if (login === undefined) throw problem("no_login", `there are no credentials for ${name}`);
    return login;
  }
}

/** What a panel shows for one of its points: the place and what stands there. */
function labelOf(facility: Facility, device: Device): string {
  const place = facility.places.find(({ id }) => id === device.room);
  return `${place?.name.zh ?? device.id}${WORDS[device.kind] ?? ""}`;
}

const WORDS: Readonly<Record<string, string>> = {
  smoke: "感烟",
  heat: "感温",
  call_point: "手报",
  water: "消火栓水压",
};

function problem(code: string, text: string): AnhuError {
  return new AnhuError(code, text, { fault: "caller", retry: false });
}
