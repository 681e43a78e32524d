export { startIngest } from "./ingest.ts";
export type { Ingest, IngestOptions, Part } from "./ingest.ts";
export { openEmbeddedStore } from "./stores/embedded/store.ts";
export { openStore } from "./stores/index.ts";
export type { StoreConfig } from "./stores/index.ts";
export type { LastValue, Reading, ReadingQuery, Store, WriteOutcome } from "./stores/store.ts";
