import type { Scene } from "./scene.ts";

/** What is killed with SIGKILL, in a turn of its own each, and the two outages. */
export const VICTIMS = ["edge", "broker", "ingest", "response", "influx"] as const;
export type Blow = (typeof VICTIMS)[number] | "line outage" | "store outage";

export interface ChaosOptions {
  readonly scene: Scene;
  readonly forMs: number;
  /** Mean pause between two blows. */
  readonly pauseMs: number;
  readonly outageMs: number;
  readonly random: () => number;
  readonly say: (line: string) => void;
}

/** Deals blows until the time is over; every kind of blow comes in each round, in random order. Returns how many of each. */
export async function chaos(options: ChaosOptions): Promise<Record<Blow, number>> {
  const dealt: Record<Blow, number> = {
    edge: 0,
    broker: 0,
    ingest: 0,
    response: 0,
    influx: 0,
    "line outage": 0,
    "store outage": 0,
  };
  const end = performance.now() + options.forMs;
  let round: Blow[] = [];
  while (performance.now() < end) {
    if (round.length === 0) round = shuffled(Object.keys(dealt) as Blow[], options.random);
    await sleep(options.pauseMs * (0.3 + 1.4 * options.random()));
    const blow = round.pop();
    if (blow !== undefined && (await deal(blow, options))) dealt[blow] += 1;
  }
  return dealt;
}

/** False when there was nothing to hit: it was down already. */
async function deal(blow: Blow, { scene, outageMs, say }: ChaosOptions): Promise<boolean> {
  say(`${new Date().toISOString()} ${blow}`);
  switch (blow) {
    case "line outage":
      scene.line.cut();
      await sleep(outageMs);
      scene.line.mend();
      return true;
    case "store outage":
      await scene.influx.kill();
      await sleep(outageMs);
      await scene.influx.start();
      return true;
    case "influx":
      await scene.influx.kill();
      await scene.influx.start();
      return true;
    case "edge":
    case "broker":
    case "ingest":
    case "response": {
      const pid = scene.supervisor.pids()[blow] ?? 0;
      if (pid === 0) return false;
      process.kill(pid, "SIGKILL");
      return true;
    }
  }
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => [random(), item] as const)
    .toSorted(([a], [b]) => a - b)
    .map(([, item]) => item);
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
