export * from "./topics.ts";
export type * from "./alert.ts";
export * from "./messages.ts";
export * from "./batch.ts";
