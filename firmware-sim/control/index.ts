export type { Control } from "./client.ts";
export { connectControl } from "./client.ts";
export { openControl } from "./server.ts";
export type { Requests, Verb } from "./protocol.ts";
export type { PlantEvent, PlantStatus, Played } from "../plant/index.ts";
