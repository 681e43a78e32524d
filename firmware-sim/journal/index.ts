export type { Fact, Journal, JournalStats, Learned, NewFact } from "./journal.ts";
export { openJournal } from "./journal.ts";
export type { Lines } from "./lines.ts";
export { openLines } from "./lines.ts";
export type { JournalContents } from "./read.ts";
export { readJournal } from "./read.ts";
