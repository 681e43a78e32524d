import type { Journal, Learned, NewFact } from "../journal/index.ts";
import type { SirenState } from "../native/index.ts";

/** What the simulated facility tells whoever watches it. */
export type PlantEvent =
  | ({ readonly event: "fact"; readonly id: string } & NewFact)
  | ({ readonly event: "learned"; readonly id: string } & Learned)
  /** The far end of a line answered a played frame. */
  | {
      readonly event: "reply";
      /** The fact that stands for the played frame. */
      readonly id: string;
      readonly line: string;
      readonly command: "confirm" | "deny";
      readonly at: number;
    }
  | ({ readonly event: "siren"; readonly at: number | null } & SirenState);

/** A journal that also tells a listener. */
export function watchedJournal(journal: Journal, tell: (event: PlantEvent) => void): Journal {
  return {
    write(fact) {
      const id = journal.write(fact);
      tell({ event: "fact", id, ...fact });
      return id;
    },
    learn(id, learned) {
      journal.learn(id, learned);
      tell({ event: "learned", id, ...learned });
    },
    flush: () => journal.flush(),
    close: () => journal.close(),
    stats: () => journal.stats(),
  };
}
