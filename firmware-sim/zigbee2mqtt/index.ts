export type { Coordinator, CoordinatorOptions, ZigbeeSaying } from "./coordinator.ts";
export { openCoordinator } from "./coordinator.ts";
