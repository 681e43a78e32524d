import type { PhoneEvent, SimulatorEvent } from "@anhu/firmware-sim/control";
import type { Expectation } from "@anhu/firmware-sim/scenarios";
import type { Words } from "./words.ts";

export const EN: Words = {
  language: "en",
  unknown: (name) =>
    name === undefined ? "name a scenario:" : `there is no scenario "${name}"; these are:`,
  misuse: ({ detail }) => detail,
  notRunning: (dataDir) => `no simulated demo is running on ${dataDir} (npm start starts one)`,
  refused: (detail) => `refused: ${detail}`,
  ok: "ok  ",
  failed: "FAIL",
  skipped: "--  ",
  after: (time) => `after ${time}`,
  notSeen: "not seen",
  held: "did not happen",
  notWaitedFor: "not waited for",
  within: (what, time) => `${what} within ${time}`,
  until: (what, time) => `${what} for ${time}`,
  between: (what, from, to) => `${what} after ${from} to ${to}`,
  time: (ms) => (ms < 10_000 ? `${ms} ms` : `${Math.round(ms / 100) / 10} s`),
  expected,
  seen,
  state: (state) => `incident is ${state}`,
  allMet: (all) => `all ${all} expectations were met`,
  notMet: ({ met, failed, skipped }) => {
    const all = met + failed + skipped;
    if (skipped === 0) return `${failed} of ${all} expectations were NOT met`;
    return `of ${all} expectations ${met} were met, ${failed} were NOT met, ${skipped} were left out`;
  },
  leftOut: (moments) => `; the system does not answer, ${moments} moments were left out`,
  lost: (what, address) =>
    `${LOST[what](address)}; what the scenario raised may still be open: once the system runs, open it in the console and say "Arrived", "Reset at the scene", "Close"`,
};

const LOST = {
  system: (address: string) =>
    `the system was stopped: nobody answers at ${address} any more, and the simulator is gone`,
  response: (address: string) => `response has not answered at ${address} for 10 s`,
  simulator: (address: string) => `the simulator has ended; ${address} still answers`,
};

function expected(expectation: Expectation): string {
  switch (expectation.expect) {
    case "siren":
      return `siren ${expectation.on ? "sounds" : "is silent"}`;
    case "confirmed":
      return "gateway confirms";
    case "denied":
      return "gateway denies";
    case "heard":
      return "gateway takes every byte";
    case "incident": {
      const { device, kind, room } = expectation;
      const place = room === undefined ? "" : ` in ${room}`;
      return `incident ${kind} (${expectation.class}) by ${device}${place}`;
    }
    case "resolved":
      return `incident by ${expectation.device} resolved`;
    case "stored":
      return `reading ${expectation.kind} of ${expectation.device} stored`;
    case "ledger": {
      const { type, times = 1, device } = expectation;
      return `ledger: ${type}${times === 1 ? "" : ` no. ${times}`}, ${device}`;
    }
    case "called": {
      const again = expectation.after_unanswered === undefined ? "" : " again";
      return `phone rings${again}: ${expectation.name.en}`;
    }
    case "not_called":
      return `phone does NOT ring: ${expectation.name.en}`;
    case "state":
      return `incident ${expectation.state}`;
    case "not_state":
      return `incident NOT ${expectation.state}`;
    default:
      return "";
  }
}

function seen(event: SimulatorEvent): string | undefined {
  if (event.event === "siren") return event.on ? `siren: ${event.tone}` : "siren is silent";
  if (event.event === "mail") return `e-mail to ${event.to.join(", ")}: ${event.subject}`;
  return event.event === "phone" ? phone(event) : undefined;
}

function phone(event: PhoneEvent): string {
  const who = `${event.role ?? "phone"} ${event.person ?? event.at}`;
  if (event.what === "answered") {
    const said = event.status === null ? "no answer" : String(event.status);
    return `${who} answers: ${event.answer} (${[said, event.state ?? event.reason ?? ""].join(" ").trim()})`;
  }
  if (event.shown) return `${who} phone rings: ${event.purpose ?? ""}`;
  return `${who} phone refuses: ${event.reason ?? ""} ${event.status ?? "no answer"}`;
}
