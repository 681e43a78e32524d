export * from "./topics.ts";
export * from "./alert.ts";
export * from "./messages.ts";
export * from "./batch.ts";
