export { parseIdentity } from "./identity.ts";
export type { UplinkIdentity } from "./identity.ts";
export type { SenderEvent } from "./sender.ts";
export type { Verb } from "./commands.ts";
export { Unheard } from "./unheard.ts";
export { Uplink } from "./uplink.ts";
