export type { Credentials, Identity, IdentityDraft, IdentityStore, Role } from "./identity.ts";
export { issue, memoryIdentities } from "./identity.ts";
export {
  bridgeIdentity,
  deviceIdentity,
  gatewayIdentity,
  ingestIdentity,
  responseIdentity,
} from "./roles.ts";
export type { IdentityFile } from "./file.ts";
export { addIdentity, openIdentities } from "./file.ts";
export { isKnown } from "./known.ts";
