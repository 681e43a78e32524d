export type * from "./model.ts";
export type { FacilityIndex, KnownDevice } from "./lookup.ts";
export { indexFacility } from "./lookup.ts";
