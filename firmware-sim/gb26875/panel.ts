import type { ComponentId, SystemId } from "./adu.ts";
import { bitsOf } from "./adu.ts";
import type {
  AnalogSpec,
  ComponentKey,
  ComponentSpec,
  ComponentState,
  PanelState,
} from "./model.ts";

/** A part of the panel: detector, call point, pump. */
export interface Part {
  readonly id: ComponentId;
  readonly key: ComponentKey;
  readonly text: string;
  readonly device: string | null;
  /** As the panel reports it: a fire stays until the panel is reset. */
  state: ComponentState;
  /** The detector itself still sees fire. */
  burning: boolean;
  analog: AnalogSpec | null;
}

const CALM: ComponentState = {
  test: false,
  fire: false,
  fault: false,
  shielded: false,
  supervisory: false,
  started: false,
  feedback: false,
  delayed: false,
  powerFault: false,
};

/** Address of a component as people and the facility file write it. */
export function componentKey(id: Omit<ComponentId, "type">): ComponentKey {
  return `${systemKey(id)}/0x${id.address.toString(16).padStart(8, "0")}`;
}

export function systemKey(id: SystemId): string {
  return `${id.system}/${id.systemAddress}`;
}

/** The fire panel behind the transmission device: states only, it sends nothing. */
export class Panel {
  readonly parts: ReadonlyMap<ComponentKey, Part>;
  /** Every system that has components, and the fire alarm system 1/1. */
  readonly systems: ReadonlyMap<string, SystemId>;
  own: PanelState = {
    mainsFault: false,
    backupFault: false,
    busFault: false,
    manual: false,
    test: false,
  };

  constructor(specs: readonly ComponentSpec[]) {
    const parts = specs.map(partOf);
    const systems = [{ system: 1, systemAddress: 1 }, ...parts.map((part) => part.id)];
    this.parts = new Map(parts.map((part) => [part.key, part]));
    this.systems = new Map(
      systems.map(({ system, systemAddress }) => [
        systemKey({ system, systemAddress }),
        { system, systemAddress },
      ]),
    );
  }

  /** Changes a component; returns it when its reported state changed. Throws RangeError for a key that the panel does not have. */
  set(key: ComponentKey, patch: Partial<ComponentState>): Part | null {
    const part = this.part(key);
    part.burning = patch.fire ?? part.burning;
    const next = { ...part.state, ...patch, fire: part.burning || part.state.fire };
    const changed = JSON.stringify(next) !== JSON.stringify(part.state);
    part.state = next;
    return changed ? part : null;
  }

  /** Takes every latched fire back; returns the components that were in fire. Those that still burn stay so, and report again. */
  reset(): Part[] {
    const inFire = [...this.parts.values()].filter((part) => part.state.fire);
    for (const part of inFire) part.state = { ...part.state, fire: part.burning };
    return inFire;
  }

  part(key: ComponentKey): Part {
    const part = this.parts.get(key);
    if (part === undefined) throw new RangeError(`the panel has no component ${key}`);
    return part;
  }

  /** Bits of figure 6: each says that some component of the system is so. */
  systemBits(id: SystemId): number {
    const parts = [...this.parts.values()].filter((part) => systemKey(part.id) === systemKey(id));
    const some = (state: keyof ComponentState) => parts.some((part) => part.state[state]);
    return bitsOf([
      !this.own.test,
      some("fire"),
      some("fault"),
      some("shielded"),
      some("supervisory"),
      some("started"),
      some("feedback"),
      some("delayed"),
      this.own.mainsFault,
      this.own.backupFault,
      this.own.busFault,
      this.own.manual,
    ]);
  }
}

function partOf(spec: ComponentSpec): Part {
  const { system = 1, systemAddress = 1, type, address } = spec;
  const id = { system, systemAddress, type, address };
  return {
    id,
    key: componentKey(id),
    text: spec.text,
    device: spec.device ?? null,
    state: CALM,
    burning: false,
    analog: spec.analog ?? null,
  };
}
