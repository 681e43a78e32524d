import { addressOf, BATCH_MS, chunkOf, GATEWAYS } from "./chunks.ts";
import type { Chunk } from "./chunks.ts";

/** One batch of the course that the uplink and the straight writer both run. */
export interface Leg {
  readonly gateway: number;
  readonly chunk: Chunk;
  readonly at: number;
}

/** Batch by batch round and round the gateways, every batch with new points; `began`: time of the first, UTC ms. */
export function course(began: number): (index: number) => Leg {
  const chunks = Array.from({ length: GATEWAYS }, (_, gateway) => chunkOf(addressOf(gateway)));
  return (index) => {
    const gateway = index % GATEWAYS;
    const chunk = chunks[gateway];
    if (chunk === undefined) throw new RangeError(`no batch ${index}`);
    return { gateway, chunk, at: began + Math.floor(index / GATEWAYS) * BATCH_MS };
  };
}

/** A stretch of the course. */
export interface Stretch {
  /** A multiple of the number of gateways. */
  readonly first: number;
  /** The batch that is not written any more. */
  readonly end: () => number;
}

export interface Ran {
  readonly points: number;
  /** From the first write to the last answer. */
  readonly ms: number;
}

export interface Lanes {
  /** Batch i belongs to group i modulo this. */
  readonly groups: number;
  /** Only so many groups run. */
  readonly running: number;
  /** Batches of a group on their way at once. */
  readonly lanes: number;
}

/** Runs a stretch. `write` resolves with the number of points when they are stored. */
export async function race(
  { first, end }: Stretch,
  { groups, running, lanes }: Lanes,
  write: (index: number) => Promise<number>,
): Promise<Ran> {
  let points = 0;
  const run = async (group: number): Promise<void> => {
    let next = first + group;
    const lane = async (): Promise<void> => {
      while (next < end()) {
        const index = next;
        next += groups;
        const written = await write(index);
        points += written;
      }
    };
    await Promise.all(Array.from({ length: lanes }, lane));
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: running }, (_, group) => run(group)));
  return { points, ms: performance.now() - began };
}
