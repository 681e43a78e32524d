export type { Link, LinkOptions, Login } from "./link.ts";
export { openLink } from "./link.ts";
export type { Saying } from "./report.ts";
export { risingTime, send } from "./report.ts";
