import type { Saying } from "../mqtt/index.ts";

/** Where a facility's devices come to speak: a panel, a radar, a Zigbee coordinator, a wearable. */
export interface End {
  /** `device` is its facility id. */
  report(device: string, saying: Saying): void;
}
