export { startIngest } from "./ingest.ts";
export type { Ingest } from "./ingest.ts";
export { openEmbeddedStore } from "./stores/embedded/store.ts";
export { openStore } from "./stores/index.ts";
export type { Store } from "./stores/store.ts";
