export { openCoordinator } from "./coordinator.ts";
