export type { Control } from "./client.ts";
export { connectControl } from "./client.ts";
export { openControl } from "./server.ts";
export type { Requests, SimulatorEvent, Verb } from "./protocol.ts";
export type { MailEvent } from "../inbox/index.ts";
export type { PhoneEvent } from "../phones/index.ts";
export type { PlantEvent, PlantStatus, Played } from "../plant/index.ts";
