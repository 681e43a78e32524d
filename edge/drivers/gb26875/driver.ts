import type { SerialDriver } from "../driver.ts";
import { decode } from "./decode.ts";
import { UITD } from "./facts.ts";
import { gbFramer } from "./frame.ts";
import { gbSession } from "./session.ts";

/** GB/T 26875.3-2011 over a serial line or TCP: a fire panel behind its user information transmission device. */
export const gb26875: SerialDriver = {
  name: "gb26875",
  defaultBaud: 9600,
  lineAddress: UITD,
  // Longer than any pause inside a frame on a serial line or a slow mobile link, far below the sender's 10 s to its re-send (6.5.4).
  idleMs: 2000,
  framer: gbFramer,
  decode,
  session: gbSession,
};
