/**
 * Which events of several gateways are one incident. A gateway's own grouping (core/grouping) is final: two events of one gateway are
 * never joined here. Events of different gateways are, when the rule's group, its scope and the drill mark are the same and the onset is
 * within the group's window of the incident's earliest or latest.
 */
import { scopeOf } from "@anhu/core/grouping";
import type { AlertMessage } from "@anhu/core/wire";
import type { RuleText } from "./model.ts";

export interface Nearness {
  readonly scope: string;
  /** Bounds of onset within which an incident is near, UTC ms. */
  readonly from: number;
  readonly to: number;
}

/** What an incident must agree with to take in the event of this message. */
export function nearnessOf({ group }: RuleText, message: AlertMessage): Nearness {
  const windowMs = group.window_s * 1000;
  const place = scopeOf(group, message.subject);
  return {
    scope: `${group.kind}/${place}/${message.drill ? "drill" : "real"}`,
    from: message.onset - windowMs,
    to: message.onset + windowMs,
  };
}
