export type * from "./model.ts";
export { applyChanges, detect, detectionModel, resume, startState } from "./detect.ts";
