import type { SerialDriver } from "../driver.ts";
import { decode, RADAR } from "./decode.ts";
import { ld2410Framer } from "./frame.ts";

/** HLK-LD2410 24 GHz presence radar. It reports by itself and confirms nothing. */
export const ld2410: SerialDriver = {
  name: "ld2410",
  defaultBaud: 256_000,
  lineAddress: RADAR,
  // Reports come every 100 ms or so, in one piece of 1-2 ms.
  idleMs: 500,
  framer: ld2410Framer,
  decode,
};
