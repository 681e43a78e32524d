export type * from "./model.ts";
export { detect, detectionModel, resume, startState } from "./detect.ts";
