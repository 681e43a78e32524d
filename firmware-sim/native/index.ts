export { openNativeDevice } from "./device.ts";
export type { SirenState } from "./siren.ts";
export { openSiren } from "./siren.ts";
