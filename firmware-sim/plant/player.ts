import type { Clock } from "@anhu/core/time";
import { CentreFramer, COMMAND, encodeFrame } from "../gb26875/frame.ts";
import type { Journal } from "../journal/index.ts";
import type { Times } from "../scenarios/index.ts";
import type { PlantEvent } from "./events.ts";
import { frameNow } from "./present.ts";
import type { SharedLine } from "./shared-line.ts";

/** Plays recorded frames on one line, and tells what the far end answers. Each frame is a fact of kind `frame` in the journal. */
export interface Player {
  /** Returns the id of the fact, or undefined when `times: "now"` is asked of bytes that are no GB/T 26875.3 frame. */
  play(bytes: Uint8Array, times: Times): string | undefined;
}

export interface PlayerOptions {
  /** Id of the line. */
  readonly line: string;
  readonly shared: SharedLine;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly tell: (event: PlantEvent) => void;
}

/** Played frames that an answer is remembered for; the oldest is forgotten at the bound. */
const REMEMBERED = 64;
/** Serial numbers of frames sent as of now: far from those of a device that counts from 0. */
const FIRST_SERIAL = 0xa500;

export function createPlayer({ line, shared, journal, clock, tell }: PlayerOptions): Player {
  const framer = new CentreFramer();
  /** Facts of frames that are not answered, by serial number: a frame takes the place of a lost one with its number. */
  const played = new Map<number, string>();
  let count = 0;

  shared.onReply((bytes) => {
    for (const frame of framer.push(bytes)) {
      const id = played.get(frame.serial);
      const command = ANSWERS.get(frame.command);
      if (id === undefined || command === undefined) {
        shared.passOn(encodeFrame(frame));
        continue;
      }
      played.delete(frame.serial);
      answered(id, command);
    }
  });

  function answered(id: string, command: "confirm" | "deny"): void {
    const at = clock.wall();
    if (command === "confirm") journal.learn(id, { confirmed_at: at });
    tell({ event: "reply", id, line, command, at });
  }

  return {
    play(bytes, times) {
      const nowMs = clock.wall();
      const serial = FIRST_SERIAL + (count++ % 0x5000);
      const wanted = times === "now" ? frameNow(bytes, { serial, nowMs }) : bytes;
      if (wanted === undefined) return undefined;
      const id = journal.write({
        at: nowMs,
        wire: line,
        device: null,
        address: line,
        kind: "frame",
        fields: { hex: hexOf(wanted) },
        device_time_ms: null,
      });
      const number = (wanted[2] ?? 0) | ((wanted[3] ?? 0) << 8);
      played.delete(number);
      played.set(number, id);
      const [oldest] = played.keys();
      if (played.size > REMEMBERED && oldest !== undefined) played.delete(oldest);
      shared.play(wanted, ({ heard, at }) => journal.learn(id, { listened: heard, sent_at: at }));
      return id;
    },
  };
}

const ANSWERS: ReadonlyMap<number, "confirm" | "deny"> = new Map([
  [COMMAND.confirm, "confirm"],
  [COMMAND.deny, "deny"],
]);

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
