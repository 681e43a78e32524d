import type { IncidentView, PersonCalled } from "@anhu/response/api";

/** Smoke on the third floor that nobody has answered yet, but for what is given. */
export function incident(given: Partial<IncidentView> = {}): IncidentView {
  return {
    id: "fire",
    facility: "pt-licheng-0001",
    kind: "fire",
    class: "alarm",
    severity: "critical",
    state: "raised",
    drill: false,
    opened_at: 1,
    received_at: 1,
    changed_at: 1,
    room: "r302",
    rule: "smoke-alarm",
    title: { zh: "烟雾报警", en: "Smoke alarm" },
    alerts: [],
    alert_count: 0,
    events: [],
    people: [],
    silenced_ms: null,
    cause: null,
    closed_by: null,
    ...given,
  };
}

/** A carer who was called and has not answered, but for what is given. */
export function called(given: Partial<PersonCalled> = {}): PersonCalled {
  return {
    person: "s-01",
    role: "carer",
    tier: "nearest",
    purpose: "call",
    round: 1,
    called_at: 1,
    sent_at: null,
    delivered_at: null,
    answer: null,
    answered_at: null,
    arrived_at: null,
    promised_at: null,
    missed: false,
    ...given,
  };
}
