export * from "./model.ts";
export { openOutbox } from "./outbox.ts";
export type { Outbox } from "./outbox.ts";
