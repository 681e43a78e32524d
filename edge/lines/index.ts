export { runLine } from "./line.ts";
export type { RunningLine } from "./line.ts";
export { openPort } from "./open.ts";
