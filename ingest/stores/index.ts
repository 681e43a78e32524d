import type { EmbeddedOptions } from "./embedded/store.ts";
import { openEmbeddedStore } from "./embedded/store.ts";
import type { InfluxOptions } from "./influx/index.ts";
import type { Store } from "./store.ts";

/** One entry for every folder beside this file; what is not chosen is not loaded. */
export type StoreConfig =
  | ({ readonly kind: "embedded" } & EmbeddedOptions)
  | ({ readonly kind: "influx" } & InfluxOptions);

/** Opens the store that the configuration names. Throws the AnhuErrors of that store's `open`. */
export async function openStore(config: StoreConfig): Promise<Store> {
  switch (config.kind) {
    case "embedded":
      return openEmbeddedStore(config);
    case "influx":
      return (await import("./influx/index.ts")).openInfluxStore(config);
  }
}
