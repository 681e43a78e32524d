/** The words in which Zigbee models say yes and no, gathered from zigbee-herdsman-converters. Compared in lower case. */
export interface Words {
  readonly yes: readonly string[];
  readonly no: readonly string[];
}

/** What a binary property says, whatever it is: the inventory's own words come before these. */
export const BINARY: Words = {
  yes: ["on", "true", "leak", "low"],
  no: ["off", "false", "dry", "normal"],
};

export const ALARM: Words = {
  yes: ["alarm", "alarmed", "warning_alarm", "critical_alarm"],
  no: ["normal", "none", "prealarm"],
};

export const BATTERY_LOW: Words = { yes: ["low"], no: ["middle", "medium", "high", "usb"] };

export const SELF_TEST_FAILED: Words = {
  yes: ["check_failure", "check failure", "failure", "comm_fault", "radar_fault"],
  no: ["checking", "check_success", "check success", "success"],
};

export const MOVING: Words = {
  yes: "small medium large far near motion active move small_movement large_movement".split(" "),
  no: "none presence static peaceful".split(" "),
};

export const TARGET: Words = {
  yes: ["moving", "moving and stationary"],
  no: ["none", "stationary"],
};

export const IN_BED: Words = {
  yes: ["presence", "presence_5min", "presence_30min"],
  no: ["none", "none_5min", "none_30min"],
};

/** Actions that are a call for help. */
export const CALLS: readonly string[] = ["emergency", "sos", "panic"];

/** true or false, or null when `value` is none of the words. */
export function said(value: unknown, words: Words): boolean | null {
  if (typeof value !== "string") return null;
  const word = value.toLowerCase();
  if (words.yes.includes(word)) return true;
  return words.no.includes(word) ? false : null;
}
