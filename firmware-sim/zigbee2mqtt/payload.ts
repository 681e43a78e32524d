import type { FieldValue } from "@anhu/core/points";
import type { Model } from "./models.ts";

/**
 * `zigbee2mqtt/NAME`: one JSON object with the device's own properties, then battery, voltage, link quality and last_seen:
 *
 *   {"smoke":true,"battery_low":false,"battery":97,"test":false,"linkquality":120,"last_seen":"2026-11-22T03:04:05.678Z"}
 *
 * An SOS button's `action` is an event: "emergency" once; every other publish carries `"action":null` (DOMAIN.md 6.2).
 */
export interface ZigbeeReport {
  /** As the registry names them; what is missing keeps its resting value. */
  readonly fields: Readonly<Record<string, FieldValue>>;
  /** UTC ms. */
  readonly at: number;
  readonly linkQuality: number;
  readonly batteryPct: number;
}

/** The payload of one publish. */
export function payloadOf(model: Model, report: ZigbeeReport): string {
  const properties: Record<string, unknown> = {};
  for (const { property } of model.exposes) properties[property] = valueOf(property, report);
  properties["linkquality"] = report.linkQuality;
  properties["last_seen"] = new Date(report.at).toISOString();
  return JSON.stringify(properties);
}

function valueOf(property: string, { fields, batteryPct }: ZigbeeReport): unknown {
  switch (property) {
    case "smoke":
    case "carbon_monoxide":
    case "gas":
      return fields["alarm"] ?? false;
    case "test":
      return fields["test"] ?? false;
    case "co":
      return fields["co_ppm"] ?? 0;
    case "gas_value":
      return fields["gas_lel_pct"] ?? 0;
    case "contact":
      return fields["open"] !== true;
    case "occupancy":
      return fields["present"] ?? false;
    case "action":
      return fields["pressed"] === true ? "emergency" : null;
    case "battery":
      return batteryPct;
    case "battery_low":
      return batteryPct < 15;
    case "voltage":
      // A lithium cell: 3000 mV full, 2700 mV empty.
      return 2700 + 3 * batteryPct;
    default:
      return null;
  }
}
