/** When an incident's clock begins to run, and by which policy. Pure. */
import { choosePolicy } from "@anhu/core/policies";
import type { Policy } from "@anhu/core/policies";
import { SEVERITIES } from "@anhu/core/states";
import type { LedgerDraft } from "../incidents/model.ts";
import type { Call, Escalation, Situation } from "./model.ts";
import { isStaff } from "./people.ts";
import { nextAt } from "./roster.ts";
import { unitsOf } from "./scene.ts";

/** What has been found so far in one look. */
export interface Work {
  readonly escalation: Escalation;
  readonly policy: Policy;
  /** Calls that count: those since the clock began. */
  readonly calls: readonly Call[];
  /** Promises that a graver alarm has overtaken. */
  readonly ended: readonly Call[];
  /** Called before the severity rose, to be called again. */
  readonly again: readonly Call[];
  /** A far end has accepted a call. */
  readonly sent: boolean;
  readonly entries: readonly LedgerDraft[];
  readonly siren: boolean;
}

/** The clock as it runs, or begun anew: at the first look, for a reopened incident, a graver alarm, the end of a deferral. */
export function begin(situation: Situation): Work {
  const { escalation: known, incident, calls, alerts, nowSteady } = situation;
  const { severity } = incident.lead;
  const sent = incident.state === "notified" || calls.some(({ sent_at }) => sent_at !== null);
  const found = { calls, ended: [], again: [], sent, entries: [], siren: false };
  if (known.phase === "settled") {
    return { ...found, ...restart(situation), calls: [], sent: false };
  }
  if (known.policy === "" || known.phase === "deferred") {
    const policy = fitting(situation);
    const began_steady = known.phase === "deferred" ? nowSteady : known.began_steady;
    const told = { alerts_told: alerts, told_steady: nowSteady };
    const first = { policy: policy.id, severity, began_steady, ...told };
    return { ...found, policy, escalation: { ...known, ...first, phase: "calling" } };
  }
  if (SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf(known.severity)) {
    return { ...found, policy: policyOf(situation), escalation: known };
  }
  return graver({ ...found, ...restart(situation) }, situation);
}

/** The policy in force, by its id; the one that fits now where it is of a set that is no more, or where there is none yet. */
export function policyOf(situation: Situation): Policy {
  const { escalation, policies } = situation;
  return policies.policies.find(({ id }) => id === escalation.policy) ?? fitting(situation);
}

/** Until when nobody is called, UTC ms; null: people are called. Who was called is not left alone again. */
export function deferredUntil(policy: Policy, situation: Situation): number | null {
  const { calls, incident, testedUntil, scene, now } = situation;
  if (calls.length > 0) return null;
  if (incident.drill && testedUntil !== null) return testedUntil;
  const zone = scene.facility?.facility.timezone ?? "UTC";
  return policy.waits_until === undefined ? null : nextAt(zone, now, policy.waits_until);
}

function fitting({ incident, policies, rules, roster, scene }: Situation): Policy {
  const { rule, kind, class: signal, severity } = incident.lead;
  return choosePolicy(policies, {
    policy: rules(rule).policy,
    kind,
    class: signal,
    severity,
    minute: roster.minute,
    units: unitsOf(scene),
  });
}

/** Everybody is to be called afresh, by the policy that fits now. */
function restart(situation: Situation): { escalation: Escalation; policy: Policy } {
  const { escalation: known, nowSteady, alerts, incident } = situation;
  const policy = fitting(situation);
  const round = known.round + 1;
  return {
    policy,
    escalation: {
      ...known,
      policy: policy.id,
      severity: incident.lead.severity,
      phase: "calling",
      round,
      from_round: round,
      tiers_begun: 0,
      began_steady: nowSteady,
      unanswered_steady: null,
      silenced_until_steady: null,
      overdue_steady: null,
      silenced_alerts: 0,
      alerts_told: alerts,
      told_steady: nowSteady,
    },
  };
}

/** A promise for a lesser alarm holds back nobody; who was called is called again, and the sirens sound again. */
function graver(work: Work, { escalation: known, calls }: Situation): Work {
  const { policy, escalation } = work;
  const entries: LedgerDraft[] = [
    {
      actor: "response",
      type: "severity_rose",
      data: { from: known.severity, to: escalation.severity, policy: policy.id },
    },
  ];
  if (known.silenced_until_steady !== null) {
    const data = { cause: "severity_rose" };
    entries.push({ actor: "response", type: "silence_over", data });
  }
  return {
    ...work,
    calls: [],
    ended: calls.filter((call) => call.arrive_by_steady !== null && call.arrived_at === null),
    again: calls.filter(({ purpose, person }) => purpose === "call" && isStaff(person)),
    entries,
    siren: policy.siren,
  };
}
