/** Makes the sound: bursts of pulses by Web Audio, no file. Browsers allow it only after a touch of the page (`unlock`). */
import type { Clock } from "@anhu/core/time";
import type { Once, Pattern } from "./sound.ts";

/** `blocked`: the browser waits for a touch. */
export type AudioState = "blocked" | "ready" | "unsupported";

export interface Player {
  /** From now on this repeats; null: quiet. */
  play(pattern: Pattern | null): void;
  once(sound: Once): void;
  /** Asks the browser to allow sound; call it from a touch. */
  unlock(): void;
  state(): AudioState;
  close(): void;
}

/** One pulse: when it begins (ms after the burst's begin), how high (Hz). */
type Pulse = readonly [atMs: number, hertz: number];

interface Burst {
  readonly pulses: readonly Pulse[];
  readonly pulseMs: number;
  readonly gain: number;
  /** From the begin of one burst to the next. */
  readonly everyMs: number;
}

/** IEC 60601-1-8, tables 3 and 4: ten pulses in two groups of 3 + 2 for high priority, three for medium, two for low; 150 to 1,000 Hz. */
const HIGH: readonly number[] = [0, 190, 380, 720, 910, 1_450, 1_640, 1_830, 2_170, 2_360];
const MEDIUM: readonly number[] = [0, 320, 640];

const BURSTS: Readonly<Record<Pattern | Once, Burst>> = {
  // Two tones in turn without a pause: nobody has answered.
  unanswered: {
    pulses: Array.from({ length: 12 }, (_, n): Pulse => [n * 250, n % 2 === 0 ? 960 : 720]),
    pulseMs: 230,
    gain: 0.9,
    everyMs: 3_000,
  },
  critical: { pulses: at(HIGH, 880), pulseMs: 140, gain: 0.8, everyMs: 5_000 },
  high: { pulses: at(HIGH, 660), pulseMs: 140, gain: 0.6, everyMs: 10_000 },
  call: { pulses: at(MEDIUM, 784), pulseMs: 180, gain: 0.5, everyMs: 6_000 },
  medium: { pulses: at(MEDIUM, 523), pulseMs: 200, gain: 0.45, everyMs: 20_000 },
  lost: {
    pulses: [
      [0, 392],
      [400, 330],
    ],
    pulseMs: 220,
    gain: 0.4,
    everyMs: 60_000,
  },
  low: {
    pulses: [
      [0, 523],
      [400, 523],
    ],
    pulseMs: 200,
    gain: 0.35,
    everyMs: 0,
  },
  tick: { pulses: [[0, 1_000]], pulseMs: 40, gain: 0.3, everyMs: 0 },
};

/** `onState` is told whenever the browser allows sound or takes it back. */
export function openPlayer(clock: Clock, onState: (state: AudioState) => void): Player {
  const context = openContext();
  let playing: Pattern | null = null;
  let cancel = (): void => undefined;
  let sounding: AudioScheduledSourceNode[] = [];

  function burst({ pulses, pulseMs, gain }: Burst): void {
    if (context === null || context.state !== "running") return;
    for (const [atMs, hertz] of pulses) {
      const begin = context.currentTime + atMs / 1_000;
      const end = begin + pulseMs / 1_000;
      const source = new OscillatorNode(context, { type: "triangle", frequency: hertz });
      const volume = new GainNode(context, { gain: 0 });
      // A pulse that begins or ends at once clicks.
      volume.gain.setValueAtTime(0, begin);
      volume.gain.linearRampToValueAtTime(gain, begin + 0.012);
      volume.gain.setValueAtTime(gain, end - 0.02);
      volume.gain.linearRampToValueAtTime(0, end);
      source.connect(volume).connect(context.destination);
      source.start(begin);
      source.stop(end);
      sounding.push(source);
      source.addEventListener("ended", () => {
        sounding = sounding.filter((other) => other !== source);
      });
    }
  }

  function repeat(): void {
    if (playing === null) return;
    // First: whatever becomes of this burst, the next one comes.
    cancel = clock.after(BURSTS[playing].everyMs, repeat);
    burst(BURSTS[playing]);
  }

  function quiet(): void {
    cancel();
    for (const source of sounding) source.stop();
    sounding = [];
  }

  function state(): AudioState {
    if (context === null) return "unsupported";
    return context.state === "running" ? "ready" : "blocked";
  }

  context?.addEventListener("statechange", () => {
    if (context.state === "running") {
      cancel();
      repeat();
    }
    onState(state());
  });

  return {
    play(pattern) {
      if (pattern === playing) return;
      quiet();
      playing = pattern;
      repeat();
    },
    once: (sound) => burst(BURSTS[sound]),
    unlock() {
      // A refusal leaves it blocked, which the page shows.
      context?.resume().catch(() => undefined);
    },
    state,
    close() {
      quiet();
      playing = null;
      void context?.close();
    },
  };
}

/** Null: this browser has none, or has too many open. */
function openContext(): AudioContext | null {
  try {
    return typeof AudioContext === "undefined" ? null : new AudioContext();
  } catch {
    return null;
  }
}

function at(times: readonly number[], hertz: number): readonly Pulse[] {
  return times.map((time) => [time, hertz]);
}
