export type { Edge, EdgeOptions, EdgeStats } from "./start.ts";
export { startEdge } from "./start.ts";
