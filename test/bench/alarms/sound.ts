/**
 * Alarms over the real line, each ended before the next begins:
 *
 *   smoke -> panel -> pty --first byte--> edge -> siren                  told by the simulator
 *                                           +--> broker -> response      told by its stream of stored incidents
 */
import type { Clock } from "@anhu/core/time";
import type { Control } from "@anhu/firmware-sim/control";
import { eventually } from "../../stage/anhu.ts";
import { streamIncidents } from "./stream.ts";

/** From the first byte of the alarm on the pty, ms; Infinity: it did not come in time. */
export interface Latency {
  /** The last byte is on the line. */
  readonly line: number;
  /** The siren was told. */
  readonly siren: number;
  /** Response had stored the incident, and a reader of its stream knew. */
  readonly incident: number;
}

export interface Sounded {
  readonly latencies: readonly Latency[];
  /** Of all devices meanwhile. */
  readonly readingsPerSecond: number;
}

export interface SoundOptions {
  readonly control: Control;
  readonly httpPort: number;
  readonly apiToken: string;
  readonly clock: Clock;
  /** Smoke detectors of the panel, in turns. */
  readonly devices: readonly string[];
  readonly forMs: number;
}

const PATIENCE_MS = 10_000;

/** Times of what happened since the last alarm began; Infinity: not yet. */
const NOTHING = {
  first: Infinity,
  last: Infinity,
  siren: Infinity,
  silent: Infinity,
  incident: Infinity,
};

/** Raises and ends alarms for so long, at least one. Throws when the simulator refuses, or when an alarm does not end. */
export async function soundAlarms(options: SoundOptions): Promise<Sounded> {
  const { control, clock, devices, forMs } = options;
  let seen = { ...NOTHING };
  let facts: readonly string[] = [];
  let device = "";
  let since = 0;
  let readings = 0;
  const unresolved = new Set<string>();
  control.onEvent((event) => {
    if (event.event === "fact") readings += 1;
    if (event.event === "siren") {
      if (event.on) seen.siren = Math.min(seen.siren, event.at ?? Infinity);
      else seen.silent = event.at ?? Infinity;
    }
    if (
      event.event === "learned" &&
      facts.includes(event.id) &&
      typeof event.sent_at === "number"
    ) {
      seen.first = Math.min(seen.first, event.sent_at);
      seen.last = Math.min(seen.last, clock.wall());
    }
  });
  const began = clock.monotonic();
  await control.ask("watch", {});
  const endStream = await streamIncidents(options, ({ id, state, alerts }) => {
    if (state === "raised") unresolved.add(id);
    else unresolved.delete(id);
    const isThis = alerts.some((alert) => alert.device === device && alert.onset >= since);
    if (isThis) seen.incident = Math.min(seen.incident, clock.wall());
  });
  const say = async (step: Parameters<typeof control.ask<"play">>[1]["step"]) => {
    const played = await control.ask("play", { step });
    if (played.ok) return played.value;
    throw new Error(`the simulator refuses: ${played.error.detail}`);
  };
  const report = (alarm: boolean) =>
    say({ do: "report", device, kind: "smoke", fields: { alarm } });

  const latencies: Latency[] = [];
  for (let n = 0; n === 0 || clock.monotonic() - began < forMs; n++) {
    device = devices[n % devices.length] ?? "";
    [seen, facts, since] = [{ ...NOTHING }, [], clock.wall()];
    ({ facts } = await report(true));
    await eventually(
      () => [seen.last, seen.siren, seen.incident].every(Number.isFinite),
      PATIENCE_MS,
    );
    latencies.push({
      line: seen.last - seen.first,
      siren: seen.siren - seen.first,
      incident: seen.incident - seen.first,
    });
    await report(false);
    await say({ do: "reset", line: "panel" });
    const isOver = await eventually(
      () => Number.isFinite(seen.silent) && unresolved.size === 0,
      PATIENCE_MS,
    );
    if (!isOver) throw new Error(`the alarm of ${device} did not end: ${[...unresolved].join()}`);
  }
  endStream();
  return { latencies, readingsPerSecond: (readings / (clock.monotonic() - began)) * 1000 };
}
