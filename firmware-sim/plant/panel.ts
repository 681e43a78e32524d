import type { Device, Line } from "@anhu/core/facility";
import type { FieldValue, Kind } from "@anhu/core/points";
import { AnhuError } from "@anhu/core/errors";
import type { Clock } from "@anhu/core/time";
import { startUitd } from "../gb26875/index.ts";
import type { ComponentSpec, ComponentState, PanelState } from "../gb26875/index.ts";
import type { Journal } from "../journal/index.ts";
import type { Wire } from "../wire/index.ts";
import type { End } from "./end.ts";

export interface PanelOptions {
  readonly line: Line;
  /** The devices behind it; `address` is `system/system address/0x........`. */
  readonly devices: readonly Device[];
  /** What the panel shows for a device, at most 31 bytes of GB 18030. */
  readonly label: (device: Device) => string;
  readonly wire: Wire;
  readonly journal: Journal;
  readonly clock: Clock;
  /** How many times faster than usual analog values are told. */
  readonly rate: number;
}

/** The fire panel at the end of a line, with its points as the facility file declares them. */
export interface PanelEnd extends End {
  /** Somebody resets it. */
  reset(): void;
  close(): void;
}

/** Switches the panel on. Throws `bad_demo_address` for a device that cannot stand behind it. */
export function openPanel(options: PanelOptions): PanelEnd {
  const { line, devices, label, rate } = options;
  const uitd = startUitd({
    wire: options.wire,
    clock: options.clock,
    journal: options.journal,
    components: devices.map((device) => componentOf(device, label(device))),
    lineDevice: line.id,
    // 9600 baud carry no more than some hundred values a minute beside the rest.
    analogRoundMs: Math.max(10_000, 60_000 / rate),
  });
  const keys = new Map(devices.map((device) => [device.id, device.address]));
  return {
    report(device, { fields }) {
      const key = keys.get(device);
      if (key === undefined) return uitd.setPanel(translate(fields, PANEL_WORDS));
      const state: Partial<ComponentState> = translate(fields, COMPONENT_WORDS);
      if (Object.keys(state).length > 0) uitd.setComponent(key, state);
      const analog = fields["temperature_c"] ?? fields["pressure_kpa"];
      if (typeof analog === "number") uitd.setAnalog(key, analog);
    },
    reset: () => uitd.resetPanel(),
    close: () => uitd.stop(),
  };
}

/** GB/T 26875.3-2011: type of table 5, and for parts that measure the type of table 6 with the value at power-on (°C, kPa). */
const PARTS: Partial<Record<Kind, Pick<ComponentSpec, "type" | "analog">>> = {
  smoke: { type: 42 },
  heat: { type: 31, analog: { type: 3, value: 22 } },
  call_point: { type: 23 },
  water: { type: 99, analog: { type: 5, value: 350 } },
};

const COMPONENT_WORDS: Readonly<Record<string, keyof ComponentState>> = {
  alarm: "fire",
  fire: "fire",
  test: "test",
  fault: "fault",
  shielded: "shielded",
  supervisory: "supervisory",
};

const PANEL_WORDS: Readonly<Record<string, keyof PanelState>> = {
  mains_fault: "mainsFault",
  backup_fault: "backupFault",
  bus_fault: "busFault",
  manual: "manual",
  test: "test",
};

function translate<T extends string>(
  fields: Readonly<Record<string, FieldValue>>,
  words: Readonly<Record<string, T>>,
): Partial<Record<T, boolean>> {
  const state: Partial<Record<T, boolean>> = {};
  for (const [name, value] of Object.entries(fields)) {
    const word = words[name];
    if (word !== undefined && typeof value === "boolean") state[word] = value;
  }
  return state;
}

function componentOf(device: Device, text: string): ComponentSpec {
  const match = /^(\d+)\/(\d+)\/0x([0-9a-f]{8})$/.exec(device.address);
  const part = PARTS[device.kind];
  if (match === null || part === undefined) {
    const what = `${device.id}: a panel has no ${device.kind} at ${device.address}`;
    throw new AnhuError("bad_demo_address", what, { fault: "caller", retry: false });
  }
  const [, system, systemAddress, address = ""] = match;
  return {
    system: Number(system),
    systemAddress: Number(systemAddress),
    ...part,
    address: Number.parseInt(address, 16),
    text,
    device: device.id,
  };
}
