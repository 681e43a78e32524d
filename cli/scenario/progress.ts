import type { SimulatorEvent } from "@anhu/firmware-sim/control";
import type { Moment } from "@anhu/firmware-sim/scenarios";
import type { Seen } from "./judge.ts";
import { incidentsOf } from "./judge.ts";
import type { Words } from "./words.ts";

/** Tells a person who waits what is seen, one line per event. */
export interface Progress {
  looked(moment: Moment, seen: Seen, from: number): void;
}

export function createProgress(words: Words, tell: (line: string) => void): Progress {
  let events = 0;
  let states = 0;
  let siren = "";

  /** A siren repeats itself every 10 s, and a receipt follows each call: neither is news. */
  function textOf(event: SimulatorEvent): string | undefined {
    if (isReceipt(event)) return undefined;
    const text = words.seen(event);
    if (event.event !== "siren") return text;
    const same = text === siren;
    siren = text ?? "";
    return same ? undefined : text;
  }

  return {
    looked(moment, seen, from) {
      const line = (at: number, text: string | undefined) => ({ at, text });
      const devices = moment.expect.flatMap((one) => ("device" in one ? [one.device] : []));
      const ids = devices.flatMap((device) => incidentsOf(seen, device).map(({ id }) => id));
      const lines = [
        ...seen.events.slice(events).map((event) => line(timeOf(event), textOf(event))),
        ...seen.states
          .slice(states)
          .map(({ incident, state, at }) =>
            line(at, ids.includes(incident) ? words.state(state) : undefined),
          ),
      ];
      events = seen.events.length;
      states = seen.states.length;
      if (moment.long !== true) return;
      for (const { at, text } of lines.toSorted((a, b) => a.at - b.at)) {
        if (text === undefined) continue;
        const seconds = Math.max(0, (at - from) / 1000).toFixed(1);
        tell(`  +${seconds.padStart(5)} s  ${text}`);
      }
    },
  };
}

function isReceipt(event: SimulatorEvent): boolean {
  if (event.event !== "phone" || event.what !== "answered") return false;
  return event.answer === "shown" && event.status === 200;
}

function timeOf(event: SimulatorEvent): number {
  return "at" in event ? (event.at ?? 0) : 0;
}
