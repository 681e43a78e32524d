import type { Clock } from "@anhu/core/time";
import type { Journal } from "../journal/index.ts";
import type { SystemId } from "./adu.ts";
import {
  analogObject,
  bitsOf,
  componentBits,
  componentStateObject,
  encodeAdu,
  quantise,
  systemOperationObject,
  systemStateObject,
  TYPE,
  uitdOperationObject,
  uitdStateObject,
} from "./adu.ts";
import type { Said } from "./facts.ts";
import { saidByAnalog, saidByState, saidBySystem, saidByUitd } from "./facts.ts";
import type { Panel, Part } from "./panel.ts";
import { systemKey } from "./panel.ts";
import { timeLabel, UniqueSeconds } from "./time-label.ts";

export interface SpeechOptions {
  readonly panel: Panel;
  readonly clock: Clock;
  readonly journal: Journal;
  readonly wire: string;
  readonly lineDevice: string | null;
}

/** An ADU, the facts of the journal that it carries, and whose states it tells (addresses). */
export interface Spoken {
  readonly adu: Uint8Array;
  readonly facts: readonly string[];
  readonly about: readonly string[];
}

/** A button press as it was told, for later requests (types 64 and 84). `at`: UTC ms of the label. */
export interface OperationRecord {
  readonly at: number;
  readonly system: SystemId | null;
  readonly flags: number;
  readonly operator: number;
}

/** Types that tell a whole state: the newest one counts. */
const STATES: readonly number[] = [TYPE.systemState, TYPE.componentState, TYPE.uitdState];

/** Requests 64 and 84 ask for at most 102; the oldest goes. */
const RECORDS = 102;

/** Puts the panel's states into words: each object gets a label of its own second and an entry in the journal. */
export class Speech {
  records: OperationRecord[] = [];
  readonly #options: SpeechOptions;
  readonly #seconds = new UniqueSeconds();
  /** The device's clock minus the machine's, ms: the centre may set it. */
  #shift = 0;

  constructor(options: SpeechOptions) {
    this.#options = options;
  }

  setClock(utcMs: number): void {
    this.#shift = utcMs - this.#options.clock.wall();
  }

  /** The device's time as a label; `utcMs` for another time than now. */
  label(utcMs: number = this.#now()): Uint8Array {
    return timeLabel(utcMs);
  }

  componentStates(parts: readonly Part[]): Spoken {
    return this.#speak(TYPE.componentState, parts, (part) => {
      const state = { bits: componentBits(part.state), text: part.text };
      return {
        ...aboutPart(part),
        said: saidByState(part),
        object: (label) => componentStateObject(part.id, state, label),
      };
    });
  }

  analogs(parts: readonly Part[]): Spoken {
    return this.#speak(TYPE.analog, parts, (part) => {
      const type = part.analog?.type ?? 0;
      const { raw, value } = quantise(part.analog ?? { type, value: 0 });
      return {
        ...aboutPart(part),
        said: saidByAnalog(part, { type, value }),
        object: (label) => analogObject(part.id, { type, raw }, label),
      };
    });
  }

  systemStates(systems: readonly SystemId[]): Spoken {
    const { panel, lineDevice } = this.#options;
    return this.#speak(TYPE.systemState, systems, (id) => {
      const bits = panel.systemBits(id);
      return {
        device: lineDevice,
        address: systemKey(id),
        said: saidBySystem(bits),
        object: (label) => systemStateObject(id, bits, label),
      };
    });
  }

  uitdState(): Spoken {
    const { panel, lineDevice } = this.#options;
    const parts = [...panel.parts.values()];
    const fire = parts.some((part) => part.state.fire);
    const fault = parts.some((part) => part.state.fault);
    // Figure 9; the device's own power and lines are always good.
    const bits = bitsOf([true, fire, fault]);
    return this.#speak(TYPE.uitdState, [bits], () => ({
      device: lineDevice,
      address: "uitd",
      said: saidByUitd(bits),
      object: (label) => uitdStateObject(bits, label),
    }));
  }

  /** A button of the panel (`system`) or of the transmission device (null). */
  operation(operation: Omit<OperationRecord, "at">): Spoken {
    const { system, flags, operator } = operation;
    return this.#speak(system === null ? TYPE.uitdOperation : TYPE.systemOperation, [0], () => ({
      device: this.#options.lineDevice,
      address: system === null ? "uitd" : systemKey(system),
      said: { kind: "operation", fields: { flags, operator } },
      object: (label, at) => {
        this.records = [...this.records, { ...operation, at }].slice(-RECORDS);
        return system === null
          ? uitdOperationObject(operation, label)
          : systemOperationObject(system, operation, label);
      },
    }));
  }

  #speak<T>(type: number, subjects: readonly T[], tell: (subject: T) => Sentence): Spoken {
    const { clock, journal, wire } = this.#options;
    const facts: string[] = [];
    const about: string[] = [];
    const objects = subjects.map((subject) => {
      const { device, address, said, object } = tell(subject);
      if (STATES.includes(type)) about.push(address);
      const at = this.#seconds.next(address, this.#now());
      facts.push(
        journal.write({ at: clock.wall(), wire, device, address, ...said, device_time_ms: at }),
      );
      return object(this.label(at), at);
    });
    return { adu: encodeAdu(type, objects), facts, about };
  }

  #now(): number {
    return this.#options.clock.wall() + this.#shift;
  }
}

interface Sentence {
  readonly device: string | null;
  readonly address: string;
  readonly said: Said;
  readonly object: (label: Uint8Array, at: number) => Uint8Array;
}

function aboutPart(part: Part): Pick<Sentence, "device" | "address"> {
  return { device: part.device, address: part.key };
}
