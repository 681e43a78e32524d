export { startRadar } from "./radar.ts";
