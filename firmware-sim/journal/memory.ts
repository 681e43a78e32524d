import type { Fact, Journal, Learned, NewFact } from "./journal.ts";

/** A journal for tests of devices: folded entries at hand. */
export interface MemoryJournal extends Journal {
  facts(): Fact[];
}

export function memoryJournal(): MemoryJournal {
  const facts = new Map<string, Fact>();
  return {
    write(fact: NewFact) {
      const id = `${facts.size + 1}`;
      facts.set(id, { id, sent_at: null, listened: false, confirmed_at: null, ...fact });
      return id;
    },
    learn(id: string, learned: Learned) {
      const known = facts.get(id);
      if (known !== undefined) facts.set(id, { ...known, ...learned });
    },
    facts: () => [...facts.values()],
    flush: () => {},
    close: () => {},
    stats: () => ({ facts: facts.size, lost: 0 }),
  };
}
