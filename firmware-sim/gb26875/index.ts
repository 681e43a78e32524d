export type {
  AnalogSpec,
  ComponentKey,
  ComponentSpec,
  ComponentState,
  Operation,
  PanelState,
  Uitd,
  UitdOptions,
  UitdState,
  UitdStats,
} from "./model.ts";
export { componentKey } from "./panel.ts";
export { startUitd } from "./uitd.ts";
