export { startLocalBroker } from "./local-broker.ts";
export type { LocalBroker } from "./local-broker.ts";
export { Siren } from "./siren.ts";
export type { SirenSet } from "./siren.ts";
