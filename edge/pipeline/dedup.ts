import type { DedupKey } from "../outbox/index.ts";

/** As many as the outbox keeps; at the bound the oldest key is forgotten. */
const KEYS = 65_536;

/** Knows messages that a sender sends again because it heard no answer: stored once, answered every time. */
export class Dedup {
  readonly #seen = new Map<string, Promise<boolean>>();

  /** `keys` are on the disk from an earlier run. */
  constructor(keys: readonly DedupKey[]) {
    for (const key of keys) this.#seen.set(textOf(key), Promise.resolve(true));
  }

  /** Whether the first one of the same message became durable; undefined: there was none. */
  find(key: DedupKey): Promise<boolean> | undefined {
    return this.#seen.get(textOf(key));
  }

  /** A message that did not become durable was never seen. */
  add(key: DedupKey, durable: Promise<boolean>): void {
    const text = textOf(key);
    this.#seen.set(text, durable);
    const [oldest] = this.#seen.keys();
    if (this.#seen.size > KEYS && oldest !== undefined) this.#seen.delete(oldest);
    void this.#forgetUnless(durable, text);
  }

  async #forgetUnless(durable: Promise<boolean>, text: string): Promise<void> {
    const isDurable = await durable;
    if (!isDurable && this.#seen.get(text) === durable) this.#seen.delete(text);
  }
}

function textOf({ source, key }: DedupKey): string {
  return `${source} ${key}`;
}
