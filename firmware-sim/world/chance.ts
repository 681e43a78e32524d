/**
 * Chance without memory: every number is a pure function of the seed and of what it is for, so that a moment of the demo facility
 * can be asked for in any order and is the same in every run.
 */

/** Evenly spread in [0, 1) for one `key` (FNV-1a with a final avalanche, 32 bits). */
export function chance(seed: number, key: string): number {
  let hash = (0x811c9dc5 ^ seed) >>> 0;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 0x1_0000_0000;
}

/** A value in [low, high) for one key. */
export function between(seed: number, key: string, [low, high]: readonly [number, number]): number {
  return low + chance(seed, key) * (high - low);
}

/** A curve in [-1, 1] without jumps over time: new random heights every `periodMs`, joined by straight lines. */
export function drift(seed: number, key: string, t: number, periodMs: number): number {
  const step = Math.floor(t / periodMs);
  const from = chance(seed, `${key}/${step}`);
  const to = chance(seed, `${key}/${step + 1}`);
  return (from + (to - from) * (t / periodMs - step)) * 2 - 1;
}
