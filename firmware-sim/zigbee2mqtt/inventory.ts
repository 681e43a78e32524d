import { createHash } from "node:crypto";
import type { Device } from "@anhu/core/facility";
import { MODELS } from "./models.ts";

/** The payload of `bridge/devices`: the coordinator and every paired device, as Zigbee2MQTT 2 writes it. */
export function inventoryOf(devices: readonly Device[]): string {
  return JSON.stringify([COORDINATOR, ...devices.map(entryOf)]);
}

const COORDINATOR = {
  disabled: false,
  friendly_name: "Coordinator",
  ieee_address: "0x00124b0024c0ffee",
  interview_completed: true,
  interview_state: "SUCCESSFUL",
  network_address: 0,
  supported: true,
  type: "Coordinator",
};

function entryOf(device: Device): object {
  const model = MODELS[device.kind];
  const address = ieeeOf(device.address);
  return {
    disabled: false,
    friendly_name: device.address,
    ieee_address: address,
    interview_completed: true,
    interview_state: "SUCCESSFUL",
    network_address: Number.parseInt(address.slice(-4), 16),
    supported: model !== undefined,
    type: model?.power === "Battery" ? "EndDevice" : "Router",
    definition:
      model === undefined
        ? null
        : {
            model: model.model,
            vendor: model.vendor,
            description: model.description,
            exposes: model.exposes,
            options: [],
            supports_ota: false,
          },
    manufacturer: model?.manufacturer,
    model_id: model?.modelId,
    power_source: model?.power,
  };
}

/** The friendly name when it is an IEEE address, else one made from it. */
function ieeeOf(name: string): string {
  if (/^0x[0-9a-f]{16}$/.test(name)) return name;
  return `0x00158d${createHash("sha256").update(name).digest("hex").slice(0, 10)}`;
}
