export type { Link, LinkOptions, Login, Outgoing } from "./link.ts";
export { openLink } from "./link.ts";
export type { Report, Reporting } from "./report.ts";
export { risingTime, send } from "./report.ts";
