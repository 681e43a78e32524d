export type * from "./model.ts";
export { detect, detectionModel, resume } from "./detect.ts";
