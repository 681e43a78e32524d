import type { FieldValue, Kind } from "@anhu/core/points";

/** What a device of the facility says. */
export interface Saying {
  readonly kind: Kind;
  /** As the registry names them; what is not told stays as it was. */
  readonly fields: Readonly<Record<string, FieldValue>>;
  /** true: one of many, may be thrown away when a buffer is full. */
  readonly routine: boolean;
}

/** Where a facility's devices come to speak: a panel, a radar, a Zigbee coordinator, a wearable. */
export interface End {
  /** `device` is its facility id. */
  report(device: string, saying: Saying): void;
}
