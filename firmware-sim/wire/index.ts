export type { Sent, Wire, WireEvents } from "./wire.ts";
export { openPtyWire } from "./pty.ts";
export { openTcpWire } from "./tcp.ts";
export type { FaultyWire, LineFault } from "./faults.ts";
export { faultyWire } from "./faults.ts";
