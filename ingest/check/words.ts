/** A fixed set of ASCII words looked up by bytes, without making a string of them. */
export class Words<T> {
  readonly #buckets: { readonly word: Uint8Array; readonly value: T }[][];

  constructor(entries: Iterable<readonly [word: string, value: T]>) {
    this.#buckets = Array.from({ length: 256 }, () => []);
    for (const [word, value] of entries) {
      const bytes = new TextEncoder().encode(word);
      this.#buckets[bucket(bytes, 0, bytes.length)]?.push({ word: bytes, value });
    }
  }

  get(bytes: Uint8Array, start: number, end: number): T | undefined {
    for (const entry of this.#buckets[bucket(bytes, start, end)] ?? []) {
      if (same(bytes, start, end, entry.word)) return entry.value;
    }
    return undefined;
  }
}

function bucket(bytes: Uint8Array, start: number, end: number): number {
  const first = bytes[start] ?? 0;
  const last = bytes[end - 1] ?? 0;
  return ((end - start) * 31 + first * 7 + last) & 255;
}

function same(bytes: Uint8Array, start: number, end: number, word: Uint8Array): boolean {
  if (end - start !== word.length) return false;
  for (let i = 0; i < word.length; i++) if (bytes[start + i] !== word[i]) return false;
  return true;
}
