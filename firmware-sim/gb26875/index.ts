export type { ComponentSpec, ComponentState, PanelState } from "./model.ts";
export { startUitd } from "./uitd.ts";
