/** Two writers over one course, in turns: so that a noisy machine is noisy for both. */
import type { Bench } from "../bench.ts";
import { quantile } from "../bench.ts";
import type { Child } from "../child.ts";
import type { Pids } from "../processes.ts";
import { processorOf } from "../processes.ts";
import { GATEWAYS } from "./chunks.ts";
import type { Ran } from "./course.ts";
import type { Question } from "./main.ts";

export type Writer = "uplinks" | "straight";

/** Points per second of both, and how many writes at once the straight one had. */
export interface Round extends Record<Writer, number> {
  readonly parallel: number;
}

export interface Contest {
  readonly writers: Readonly<Record<Writer, Child>>;
  /** Writes at once that the straight writer tries in turns. */
  readonly parallel: readonly number[];
  /** Processes that take part in what the uplinks write. */
  readonly services: Pids;
}

export interface Outcome {
  /** Those in which the straight writer had as many writes at once as suit it best. */
  readonly rounds: readonly Round[];
  /** Written in all. */
  readonly points: Readonly<Record<Writer, number>>;
  /** Processor time of each service while the uplinks wrote. */
  readonly seconds: Readonly<Record<string, number>>;
}

/** About so long the straight writer takes for a round. */
const ROUND_MS = 500;
const LEAST_ROUNDS = 2;
const WARM_UP = 4 * GATEWAYS;

/** Runs rounds for some seconds. Both write every stretch of the course once, so that both stores hold the same at the end. */
export async function contend(
  { quick, clock }: Bench,
  { writers, parallel, services }: Contest,
): Promise<Outcome> {
  const points = { uplinks: 0, straight: 0 };
  const seconds: Record<string, number> = {};
  let end = 0;
  const stretch = (batches: number): number => {
    const first = end;
    end += Math.ceil(batches / GATEWAYS) * GATEWAYS;
    return first;
  };
  const run = async (writer: Writer, first: number, atOnce: number): Promise<Ran> => {
    const before = processorOf(services);
    const question: Question = { do: "run", first, end, parallel: atOnce };
    const ran = await writers[writer].ask<Ran>(question);
    points[writer] += ran.points;
    if (writer === "straight") return ran;
    for (const [service, now] of Object.entries(processorOf(services))) {
      seconds[service] = (seconds[service] ?? 0) + now - (before[service] ?? 0);
    }
    return ran;
  };

  const tried = parallel.slice(quick ? 1 : 0);
  const warmUp = stretch(WARM_UP);
  await run("uplinks", warmUp, 0);
  const batchesPerMs = WARM_UP / (await run("straight", warmUp, tried[0] ?? 1)).ms;
  const rounds: Round[] = [];
  const over = clock.monotonic() + (quick ? 3_000 : 25_000);
  for (let n = 0; n < LEAST_ROUNDS || clock.monotonic() < over; n++) {
    const first = stretch(batchesPerMs * ROUND_MS);
    const round = { parallel: tried[n % tried.length] ?? 1, uplinks: 0, straight: 0 };
    // Now the one is first, now the other.
    const order: Writer[] = n % 4 < 2 ? ["uplinks", "straight"] : ["straight", "uplinks"];
    for (const writer of order) {
      const ran = await run(writer, first, round.parallel);
      round[writer] = (ran.points / ran.ms) * 1000;
    }
    rounds.push(round);
  }
  return { rounds: fastest(rounds, tried), points, seconds };
}

function fastest(rounds: readonly Round[], tried: readonly number[]): readonly Round[] {
  const groups = tried.map((parallel) => rounds.filter((round) => round.parallel === parallel));
  const speed = (group: readonly Round[]): number =>
    quantile(
      group.map((round) => round.straight),
      0.5,
    );
  return groups.toSorted((a, b) => speed(b) - speed(a))[0] ?? [];
}
