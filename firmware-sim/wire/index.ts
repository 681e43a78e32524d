export type { Sent, Wire, WireEvents, WireStats } from "./wire.ts";
export type { PtyWireOptions } from "./pty.ts";
export { openPtyWire } from "./pty.ts";
export type { TcpWireOptions } from "./tcp.ts";
export { openTcpWire } from "./tcp.ts";
export type { FaultyWire, LineFault } from "./faults.ts";
export { faultyWire, GB26875_CHECKSUM, strike } from "./faults.ts";
