export type * from "./model.ts";
export { detect, detectionModel, resume } from "./detect.ts";
export { isActive } from "./resets.ts";
