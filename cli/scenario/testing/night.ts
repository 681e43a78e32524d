/**
 * A stand-in for the whole system in the night of the unattended duty room, on a fake clock: a gateway, a response that follows the
 * policy `fire`, and phones. What it does wrong is planted.
 */
import { FakeClock } from "@anhu/core/time";
import type { PhoneEvent, Requests, SimulatorEvent, Verb } from "@anhu/firmware-sim/control";
import type { Step } from "@anhu/firmware-sim/scenarios";
import type { SeenEntry, SeenIncident, SeenState } from "../observe.ts";
import type { Stage } from "../play.ts";

/** 2026-11-23 02:10 in Shanghai. */
export const START = Date.UTC(2026, 10, 22, 18, 10);
const DEVICE = "smoke-305";

/** Seconds after the incident was recorded. */
export interface Policy {
  readonly sirenMs: number;
  readonly storedMs: number;
  readonly tiers: readonly { readonly after_s: number; readonly people: readonly Person[] }[];
  readonly arrive_s: number;
  readonly unanswered_s: number;
  readonly repeat_s: number;
}

type Person = readonly [id: string, role: string];

const NEAREST: Person = ["s-21", "carer"];
const FLOOR: readonly Person[] = [["s-01", "carer"], NEAREST];
export const HEAD: readonly Person[] = [["s-09", "head"]];
const FIRE_LEAD: readonly Person[] = [["s-08", "fire-lead"]];
const CENTRE: readonly Person[] = [["s-10", "rescue-centre"]];

export const POLICY: Policy = {
  sirenMs: 120,
  storedMs: 300,
  tiers: [
    { after_s: 0, people: [NEAREST, ["s-04", "duty-officer"], ["s-05", "duty-officer"]] },
    { after_s: 8, people: FLOOR },
    { after_s: 55, people: [...HEAD, ...FIRE_LEAD] },
    { after_s: 115, people: CENTRE },
  ],
  arrive_s: 120,
  unanswered_s: 175,
  repeat_s: 60,
};

export interface Night extends Stage {
  readonly clock: FakeClock;
  readonly steps: readonly Step[];
  /** A message comes to a phone. */
  ring(person: Person, over?: Partial<PhoneEvent>): void;
  /** At so many seconds from the first byte. */
  at(seconds: number, run: () => void): void;
}

/** The time between two looks. */
const STEP_MS = 250;

export function openNight(policy: Policy = POLICY): Night {
  const clock = new FakeClock(START);
  const entries: SeenEntry[] = [];
  const states: SeenState[] = [];
  const steps: Step[] = [];
  const planted: { seconds: number; run: () => void }[] = [];
  let tell = (_event: SimulatorEvent) => {};
  let incident: SeenIncident | undefined;
  let rules: Requests["answer"]["asks"]["rules"] = [];
  let holds: () => void = () => {};
  const called = new Set<string>();
  let phase: "calling" | "coming" | "arrived" | "over" = "calling";

  const become = (state: string) => {
    if (incident === undefined || incident.state === state) return;
    incident = { ...incident, state, changed_at: clock.wall() };
    states.push({ incident: incident.id, state, at: clock.wall() });
  };
  const write = (type: string) =>
    entries.push({ seq: entries.length, at: clock.wall(), type, data: { incident: "i-1" } });
  const siren = (on: boolean) =>
    tell({ event: "siren", on, tone: "fire", drill: false, at: clock.wall() });

  function ring([person, role]: Person, over: Partial<PhoneEvent> = {}): void {
    const purpose = role === "duty-officer" ? "prompt" : "call";
    tell({
      event: "phone",
      what: "received",
      at: clock.wall(),
      url: "",
      delivery: `d-${clock.wall()}`,
      person,
      role,
      purpose,
      incident: "i-1",
      room: "r305",
      status: 204,
      shown: true,
      reason: null,
      ...over,
    } as SimulatorEvent);
    called.add(role);
    for (const rule of rules) answer(rule);
  }

  const spoken = new Set<object>();
  function answer(rule: (typeof rules)[number]): void {
    if (spoken.has(rule) || phase === "over" || !called.has(rule.role)) return;
    if (clock.wall() < rule.answer_at) return;
    spoken.add(rule);
    phase = "coming";
    become("acknowledged");
    write("answered");
    holds = clock.after(policy.arrive_s * 1000, () => {
      if (phase !== "coming") return;
      phase = "calling";
      for (const tier of policy.tiers)
        if (tier.after_s <= elapsed()) for (const one of tier.people) ring(one);
    });
    if (rule.arrive_after_ms === null) return;
    clock.after(rule.arrive_after_ms, () => {
      phase = "arrived";
      become("arrived");
      write("arrived");
    });
  }

  let began = 0;
  const elapsed = () => (clock.wall() - began) / 1000;

  function burn(): void {
    began = clock.wall();
    for (const { seconds, run } of planted) clock.after(seconds * 1000, run);
    clock.after(policy.sirenMs, () => siren(true));
    clock.after(policy.storedMs, () => {
      const at = clock.wall();
      const alerts = [{ device: DEVICE, room: "r305", class: "alarm", onset: began }];
      incident = {
        id: "i-1",
        kind: "fire",
        state: "raised",
        received_at: at,
        changed_at: at,
        alerts,
      };
      for (const { after_s, people } of policy.tiers)
        clock.after(after_s * 1000, () => {
          if (phase !== "calling") return;
          for (const one of people) ring(one);
          become("notified");
        });
      clock.after(policy.unanswered_s * 1000, nobodyCame);
    });
  }

  function nobodyCame(): void {
    if (phase === "arrived" || phase === "over") return;
    clock.after(policy.repeat_s * 1000, nobodyCame);
    if (phase !== "calling") return;
    become("unanswered");
    write("unanswered");
    for (const { people } of policy.tiers)
      for (const one of people) ring(one, { purpose: "unanswered" });
  }

  function play(step: Step): Requests["play"]["value"] {
    steps.push(step);
    const id = `f-${steps.length}`;
    tell({ event: "learned", id, sent_at: clock.wall(), listened: true });
    if (step.do === "report" && step.fields["alarm"] === true) burn();
    if (step.do === "reset") {
      tell({ event: "learned", id, confirmed_at: clock.wall() });
      phase = "over";
      holds();
      become("resolved");
      siren(false);
    }
    return { at: clock.wall(), facts: [id] };
  }

  const answers = {
    watch: () => ({ siren: { on: false, tone: "fire", drill: false, at: null } }),
    hold: () => null,
    play: ({ step }: { step: Step }) => play(step),
    answer(asked: Requests["answer"]["asks"]) {
      rules = [...rules, ...asked.rules];
      for (const rule of asked.rules) {
        clock.after(Math.max(0, rule.answer_at - clock.wall()), () => answer(rule));
      }
      return null;
    },
  };

  return {
    clock,
    steps,
    ring,
    at: (seconds, run) => void planted.push({ seconds, run }),
    control: {
      ask: (async (verb: Verb, asks: never) => ({
        ok: true,
        value: (answers[verb as keyof typeof answers] as (asked: never) => unknown)(asks),
      })) as Stage["control"]["ask"],
      onEvent: (listener) => {
        tell = listener;
      },
      close() {},
      ended: false,
    },
    api: {
      async post() {
        become("closed");
        write("incident_closed");
        return {};
      },
    },
    observer: {
      look: async () => {
        // Whoever waits for the next look is woken.
        setImmediate(() => clock.advance(STEP_MS));
      },
      get incidents() {
        return incident === undefined ? [] : [incident];
      },
      entries,
      states,
      readings: [],
      failing: null,
    },
    lost: () => null,
  };
}
