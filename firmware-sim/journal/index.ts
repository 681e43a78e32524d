export type { Fact, Journal, JournalOptions, JournalStats, Learned, NewFact } from "./journal.ts";
export { openJournal } from "./journal.ts";
export type { JournalContents } from "./read.ts";
export { readJournal } from "./read.ts";
