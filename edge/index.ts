export type { Edge, EdgeOptions, EdgeStats } from "./options.ts";
export { startEdge } from "./start.ts";
