import type {
  Detection,
  DetectionModel,
  Input,
  PanelReset,
  Slot,
  StampedPoint,
} from "@anhu/core/detection";
import { detect, isActive, resume } from "@anhu/core/detection";
import type { Alert } from "@anhu/core/wire";

/** What one step found: the alerts, and the slots that must reach the disk with them. */
export interface Found {
  readonly alerts: readonly Alert[];
  readonly slots: readonly (readonly [key: string, value: string | null])[];
}

const TEST = "test|";

/** The rules of core over this gateway's state, kept in memory; the caller makes it durable. */
export class Detector {
  readonly #model: DetectionModel;
  readonly #state = new Map<string, Slot>();
  #wakeAt = 0;

  /** `slots` are what an earlier run left. */
  constructor(model: DetectionModel, slots: Iterable<readonly [key: string, value: string]>) {
    this.#model = model;
    for (const [key, value] of slots) this.#state.set(key, JSON.parse(value) as Slot);
  }

  /** A tick is due at this edge time, UTC ms. */
  get wakeAt(): number {
    return this.#wakeAt;
  }

  /** Once, before anything else. */
  resume(at: number): Found {
    return this.#apply(resume(this.#model, this.#state, at));
  }

  points(at: number, points: readonly StampedPoint[]): Found {
    return this.#step({ type: "points", at, points });
  }

  heard(at: number, devices: readonly string[]): Found {
    return this.#step({ type: "heard", at, devices });
  }

  /** Somebody reset a panel. */
  reset(at: number, reset: PanelReset): Found {
    return this.#step({ type: "reset", at, ...reset });
  }

  /** A person at the scene resets these alerts (ids), or all that only their latch holds. */
  resetAlerts(at: number, alerts: readonly string[] | "latched"): Found {
    return this.#step({ type: "reset_alerts", at, alerts });
  }

  /** Whether the alert of this id holds. */
  isActive(id: string): boolean {
    return isActive(this.#model, this.#state, id);
  }

  /** Until then (UTC ms) alerts of the device are drills; null: no longer. */
  testMode(at: number, device: string, until: number | null): Found {
    return this.#step({ type: "test_mode", at, device, until });
  }

  /** Devices in test mode. */
  tests(): string[] {
    return [...this.#state].flatMap(([key, { t }]) =>
      t === "test" ? [key.slice(TEST.length)] : [],
    );
  }

  tick(at: number): Found {
    return this.#step({ type: "tick", at });
  }

  /** Every slot, for a store that has lost them. */
  slots(): (readonly [key: string, value: string])[] {
    return [...this.#state].map(([key, slot]) => [key, JSON.stringify(slot)] as const);
  }

  /** How many devices are supervised, and how many of them are silent now. */
  devices(): { readonly total: number; readonly silent: number } {
    const rules = new Set(this.#model.silentRules.map((rule) => rule.id));
    let silent = 0;
    for (const [key, slot] of this.#state) {
      if (slot.t === "alarm" && slot.active && rules.has(key.split("|", 1)[0] ?? "")) silent += 1;
    }
    return { total: this.#model.devices.size, silent };
  }

  #step(input: Input): Found {
    return this.#apply(detect(this.#model, this.#state, input));
  }

  #apply({ changes, alerts, wakeAt }: Detection): Found {
    for (const [key, slot] of changes) {
      if (slot === null) this.#state.delete(key);
      else this.#state.set(key, slot);
    }
    this.#wakeAt = wakeAt;
    const slots = [...changes].map(
      ([key, slot]) => [key, slot === null ? null : JSON.stringify(slot)] as const,
    );
    return { alerts, slots };
  }
}
