export type { Broker, BrokerOptions } from "./broker.ts";
export { startBroker } from "./broker.ts";
export type { Listener } from "./engine.ts";
export type { Incoming } from "./policy.ts";
export type { Limits } from "./limits.ts";
export type { BrokerStats } from "./statistics.ts";
export * from "./identities/index.ts";
