import type { Detection, DetectionModel, Input, Slot, StampedPoint } from "@anhu/core/detection";
import { detect, resume } from "@anhu/core/detection";
import type { Alert } from "@anhu/core/wire";

/** What one step found: the alerts, and the slots that must reach the disk with them. */
export interface Found {
  readonly alerts: readonly Alert[];
  readonly slots: readonly (readonly [key: string, value: string | null])[];
}

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

  /** Somebody reset these at the scene. */
  reset(at: number, devices: readonly string[]): Found {
    return this.#step({ type: "reset", at, devices });
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
