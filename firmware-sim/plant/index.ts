/**
 * The simulated facility: every device of the facility file on its own wire.
 *
 *   world --telemetry--+                     +--> panel, radars -- shared line -- pty --> edge
 *   scenario steps ----+--> plant --- ends --+
 *   storm -------------+      |              +--> Zigbee coordinator, wearables, siren -- MQTT --> edge
 *                             +--> journal and watchers
 */
import type { Result } from "@anhu/core/result";
import { ok, refuse } from "@anhu/core/result";
import type { LineFault } from "../wire/index.ts";
import type { Saying } from "../mqtt/index.ts";
import type { SirenState } from "../native/index.ts";
import type { Step } from "../scenarios/index.ts";
import type { PlantEvent } from "./events.ts";
import { watchedJournal } from "./events.ts";
import type { Opened, OpenOptions } from "./open.ts";
import { openDevices } from "./open.ts";
import type { Played, Stage } from "./steps.ts";
import { playStep, report } from "./steps.ts";

export type { PlantEvent } from "./events.ts";
export type { Played } from "./steps.ts";

export interface Plant {
  /** A device of the facility file says something. Fails with `unknown_device` or `cannot_say`. */
  report(device: string, saying: Saying): Result<Played>;
  /** Plays a step of a scenario; fails as `playStep` does. */
  play(step: Step): Result<Played>;
  /** The devices of these lines and MQTT identities keep their routine to themselves until the returned function is called. */
  hold(names: readonly string[]): () => void;
  held(name: string): boolean;
  /** The next frame on a line is struck. Fails with `unknown_line` or `too_many_faults`. */
  strike(line: string, fault: LineFault): Result<true>;
  siren(): KnownSiren;
  /** Calls the listener with every event until the returned function is called. */
  watch(listener: (event: PlantEvent) => void): () => void;
  status(): PlantStatus;
  close(): Promise<void>;
}

/** `at`: when it was last told; null: not since the simulator began. */
export type KnownSiren = SirenState & { readonly at: number | null };

export interface PlantStatus {
  readonly facility: string;
  /** Lines that somebody listens to. */
  readonly lines: Readonly<Record<string, boolean>>;
  /** MQTT connections that stand, of all. */
  readonly connected: number;
  readonly connections: number;
  /** Messages without a PUBACK. */
  readonly unconfirmed: number;
}

/** Opens every device of a gateway; throws as `openDevices` does. */
export async function openPlant(options: Omit<OpenOptions, "tell" | "onSiren">): Promise<Plant> {
  const listeners = new Set<(event: PlantEvent) => void>();
  const tell = (event: PlantEvent) => {
    for (const listener of listeners) listener(event);
  };
  const journal = watchedJournal(options.journal, tell);
  const holds = new Set<readonly string[]>();
  let siren: KnownSiren = { on: false, tone: "fire", drill: false, at: null };
  const opened = await openDevices({
    ...options,
    journal,
    tell,
    onSiren(state) {
      siren = state;
      tell({ event: "siren", ...state });
    },
  });
  const stage: Stage = { opened, journal, clock: options.clock, noting };

  function watch(listener: (event: PlantEvent) => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  function noting(run: () => void): readonly string[] {
    const facts: string[] = [];
    const unwatch = watch((event) => {
      if (event.event === "fact") facts.push(event.id);
    });
    try {
      run();
      return facts;
    } finally {
      unwatch();
    }
  }

  return {
    report: (device, saying) => report(stage, device, saying),
    play: (step) => playStep(stage, step),
    hold(names) {
      const hold = [...names];
      const releases = hold.map((name) => opened.lines.get(name)?.shared.hold());
      holds.add(hold);
      return () => {
        holds.delete(hold);
        for (const release of releases) release?.();
      };
    },
    held: (name) => [...holds].some((hold) => hold.includes(name)),
    strike(line, fault) {
      const one = opened.lines.get(line);
      if (one === undefined) return refuse("unknown_line", `there is no line ${line}`);
      if (!one.wire.strikeNext(fault)) return refuse("too_many_faults", `${line} has enough`);
      return ok(true);
    },
    siren: () => siren,
    watch,
    status: () => ({ facility: options.facility.facility.id, ...statusOf(opened) }),
    close: () => opened.close(),
  };
}

function statusOf({ lines, links }: Opened): Omit<PlantStatus, "facility"> {
  const all = [...links.values()];
  return {
    lines: Object.fromEntries([...lines].map(([id, { wire }]) => [id, wire.listening])),
    connected: all.filter((link) => link.connected()).length,
    connections: all.length,
    unconfirmed: all.reduce((sum, link) => sum + link.waiting(), 0),
  };
}
