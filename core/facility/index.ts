export type * from "./model.ts";
export type { FacilityIndex, KnownDevice } from "./lookup.ts";
export { LINE_DRIVERS, SOURCE_DRIVERS } from "./drivers.ts";
export type { StaffRole } from "./roles.ts";
export { STAFF_ROLES } from "./roles.ts";
export { indexFacility, sourceId, wireOf } from "./lookup.ts";
export { parseFacility } from "./parse.ts";
