/** Where it burns, and how long everything may take. Seconds. */
export const DEVICE = "smoke-305";
export const ROOM = "r305";

export const SIREN_S = 1;
export const STORED_S = 2;
/** When `unanswered` is said, if nobody answers. */
export const UNANSWERED = { from_s: 150, by_s: 180 };
export const REPEAT_S = 60;
/** Somebody who is coming holds back the others for so long (policy `fire`). */
export const ARRIVAL_LIMIT_S = 120;
/** Nobody further is called before this time when somebody came: past the rescue centre's. */
export const WATCHED_S = 130;
/** From a button on a phone to the state that everybody sees. */
export const SAID_S = 3;
/** Two clocks that measure minutes. */
export const CLOCKS_S = 1;
/** A promise that was broken: everybody who is due is called within this time. */
export const AT_ONCE_S = 10;
