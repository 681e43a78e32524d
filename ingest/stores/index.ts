import type { EmbeddedOptions } from "./embedded/store.ts";
import { openEmbeddedStore } from "./embedded/store.ts";
import type { InfluxOptions } from "./influx/server.ts";
import type { Store } from "./store.ts";

export interface StoreConfig extends EmbeddedOptions {
  /** Set: readings go to that InfluxDB instead of the embedded store. */
  readonly influx?: InfluxOptions;
}

/** Every store there is, one line each; `open` throws an AnhuError when it cannot. What is not chosen is not loaded. */
const STORES = {
  embedded: openEmbeddedStore,
  influx: async (config) => (await import("./influx/store.ts")).openInfluxStore(config),
} as const satisfies Record<string, (config: StoreConfig) => Promise<Store>>;

/** Opens the store that the configuration chooses. */
export function openStore(config: StoreConfig): Promise<Store> {
  return STORES[config.influx === undefined ? "embedded" : "influx"](config);
}
