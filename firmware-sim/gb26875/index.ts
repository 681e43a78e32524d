export type {
  AnalogSpec,
  ComponentKey,
  ComponentSpec,
  ComponentState,
  PanelState,
  UitdState,
} from "./model.ts";
export type { ExchangeCounts } from "./exchanges.ts";
export { componentKey } from "./panel.ts";
export type { Operation, Uitd, UitdOptions, UitdStats } from "./uitd.ts";
export { startUitd } from "./uitd.ts";
