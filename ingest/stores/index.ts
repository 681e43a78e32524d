import type { Clock } from "@anhu/core/time";
import { openEmbeddedStore } from "./embedded/store.ts";
import type { Store } from "./store.ts";

export interface StoreConfig {
  /** Which entry of STORES. */
  readonly kind: string;
  readonly clock: Clock;
  readonly retentionDays: number;
  /** The embedded store's file. */
  readonly path: string;
}

/** Every store there is; `open` throws an AnhuError when it cannot. */
const STORES: readonly { kind: string; open(config: StoreConfig): Promise<Store> }[] = [
  { kind: "embedded", open: openEmbeddedStore },
];

/** Opens the store that the configuration names. */
export function openStore(config: StoreConfig): Promise<Store> {
  const found = STORES.find((store) => store.kind === config.kind);
  return found === undefined
    ? Promise.reject(new Error(`there is no store "${config.kind}"`))
    : found.open(config);
}
