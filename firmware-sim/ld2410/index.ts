export type { RadarView } from "./model.ts";
export type { Radar, RadarOptions } from "./radar.ts";
export { startRadar } from "./radar.ts";
