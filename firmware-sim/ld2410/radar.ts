import type { Clock } from "@anhu/core/time";
import type { Journal } from "../journal/index.ts";
import type { Wire } from "../wire/index.ts";
import type { Command } from "./frame.ts";
import { CommandFramer, encodeBasic, encodeCommand, encodeEngineering } from "./frame.ts";
import type { RadarView } from "./model.ts";
import { NOBODY } from "./model.ts";

export interface RadarOptions {
  readonly wire: Wire;
  readonly clock: Clock;
  readonly journal: Journal;
  /** Facility id, for the journal: the line's own id. */
  readonly device: string;
  /** Time between reports; the real one sends about ten a second. Default 1000 ms. */
  readonly intervalMs?: number;
}

export interface Radar {
  /** What it sees from the next report on. */
  see(view: Partial<RadarView>): void;
  stop(): void;
}

/** Starts an HLK-LD2410 on a wire: it reports for ever, except while it is being configured or restarts. */
export function startRadar(options: RadarOptions): Radar {
  return new Device(options);
}

const WORD = {
  enableConfiguration: 0x00ff,
  endConfiguration: 0x00fe,
  engineeringOn: 0x0062,
  engineeringOff: 0x0063,
  readFirmware: 0x00a0,
  restart: 0x00a3,
} as const;
const ACK = 0x0100;
const DONE = Uint8Array.of(0, 0);
const FAILED = Uint8Array.of(1, 0);
/** assumption: protocol version 1, buffer 0x40; firmware type 0x0100, V1.02.22062416 (the vendor's manual, from memory). */
const CONFIGURATION_DATA = Uint8Array.of(0x01, 0x00, 0x40, 0x00);
const FIRMWARE_DATA = Uint8Array.of(0x00, 0x01, 0x02, 0x01, 0x16, 0x24, 0x06, 0x22);
const RESTART_MS = 1000;

class Device implements Radar {
  readonly #options: RadarOptions;
  readonly #framer = new CommandFramer();
  #view: RadarView = NOBODY;
  #engineering = false;
  #configuring = false;
  #cancel: () => void;

  constructor(options: RadarOptions) {
    this.#options = options;
    options.wire.attach({
      bytes: (bytes) => {
        for (const command of this.#framer.push(bytes)) this.#obey(command);
      },
    });
    this.#cancel = this.#reportAfter(this.#intervalMs);
  }

  see(view: Partial<RadarView>): void {
    this.#view = { ...this.#view, ...view };
  }

  stop(): void {
    this.#cancel();
  }

  get #intervalMs(): number {
    return this.#options.intervalMs ?? 1000;
  }

  #reportAfter(delayMs: number): () => void {
    return this.#options.clock.after(delayMs, () => {
      if (!this.#configuring) this.#report();
      this.#cancel = this.#reportAfter(this.#intervalMs);
    });
  }

  #report(): void {
    const { wire, clock, journal, device } = this.#options;
    const view = this.#view;
    const fact = {
      at: clock.wall(),
      wire: wire.name,
      device,
      address: wire.name,
      kind: "occupancy",
      fields: saidBy(view),
      device_time_ms: null,
    };
    wire.send(this.#engineering ? encodeEngineering(view) : encodeBasic(view), (sent) => {
      journal.write({ ...fact, sent_at: sent.at, listened: sent.heard });
    });
  }

  #obey({ word }: Command): void {
    if (word === WORD.enableConfiguration) {
      this.#configuring = true;
      return this.#acknowledge(word, DONE, CONFIGURATION_DATA);
    }
    if (!this.#configuring) return this.#acknowledge(word, FAILED);
    switch (word) {
      case WORD.endConfiguration:
        this.#configuring = false;
        return this.#acknowledge(word, DONE);
      case WORD.engineeringOn:
      case WORD.engineeringOff:
        this.#engineering = word === WORD.engineeringOn;
        return this.#acknowledge(word, DONE);
      case WORD.readFirmware:
        return this.#acknowledge(word, DONE, FIRMWARE_DATA);
      case WORD.restart:
        this.#acknowledge(word, DONE);
        return this.#restart();
      default:
        return this.#acknowledge(word, FAILED);
    }
  }

  /** Engineering mode does not survive. */
  #restart(): void {
    this.#configuring = false;
    this.#engineering = false;
    this.#cancel();
    this.#cancel = this.#reportAfter(RESTART_MS);
  }

  #acknowledge(word: number, status: Uint8Array, data: Uint8Array = new Uint8Array(0)): void {
    this.#options.wire.send(encodeCommand(word + ACK, Buffer.concat([status, data])));
  }
}

/** A distance only where there is a target: the moving one's first. */
function saidBy(view: RadarView): Record<string, number | boolean> {
  const { moving, still } = view;
  const states = { present: moving || still, moving };
  if (!states.present) return states;
  return { ...states, distance_m: (moving ? view.movingCm : view.stillCm) / 100 };
}
