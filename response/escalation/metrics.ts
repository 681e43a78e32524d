import { Counter } from "prom-client";
import type { Registry } from "prom-client";

export interface EscalationMetrics {
  readonly failures: Counter;
  readonly repaired: Counter;
}

export function openEscalationMetrics(registry: Registry): EscalationMetrics {
  const registers = [registry];
  return {
    failures: new Counter({
      name: "anhu_escalation_failures_total",
      help: "Looks at an incident, or turns of the loop, that failed and were tried again",
      registers,
    }),
    repaired: new Counter({
      name: "anhu_escalation_repaired_total",
      help: "Live incidents that nothing would have looked at again: each is a mistake of this program",
      registers,
    }),
  };
}
