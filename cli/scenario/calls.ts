/** Who was called: what the phones themselves logged, never what response says. */
import type { PhoneEvent } from "@anhu/firmware-sim/control";
import type { Expectation } from "@anhu/firmware-sim/scenarios";
import type { Seen } from "./judge.ts";
import { incidentsOf } from "./judge.ts";

type CalledExpectation = Expectation & { expect: "called" | "not_called" };

/** A person is asked to come, or whether somebody is there. */
const CALLS: readonly string[] = ["call", "prompt", "unanswered"];
/** Not about an alarm: nobody is disturbed by it who need not be. */
const ASIDE: readonly string[] = ["test_call", "duty_check"];

/** When the last of these people (`all`), or the first of them, was called; null: not yet. */
export function calledAt(expectation: CalledExpectation, seen: Seen): number | null {
  const since = sinceOf(expectation, seen);
  if (since === null) return null;
  const calls = about(expectation, seen).filter(({ at }) => at >= since);
  const first = expectation.people.map((person) =>
    earliest(calls.filter((call) => call.person === person && CALLS.includes(call.purpose ?? ""))),
  );
  const times = first.filter((at) => at !== null);
  if (expectation.all && times.length < first.length) return null;
  if (times.length === 0) return null;
  return expectation.all ? Math.max(...times) : Math.min(...times);
}

/** When anything about it first came to one of these people; null: nothing did. */
export function disturbedAt(expectation: CalledExpectation, seen: Seen): number | null {
  return earliest(
    about(expectation, seen).filter(
      ({ person, purpose }) =>
        expectation.people.includes(person ?? "") && !ASIDE.includes(purpose ?? ""),
    ),
  );
}

/** What phones took that is about an incident of the device. A phone that refused it, or saw it before, has shown nothing. */
function about({ device }: CalledExpectation, seen: Seen) {
  const ids = incidentsOf(seen, device).map(({ id }) => id);
  return seen.events.flatMap((event) =>
    event.event === "phone" &&
    event.what === "received" &&
    event.shown &&
    ids.includes(event.incident ?? "")
      ? [event]
      : [],
  );
}

/** Response writes that nobody answered, and calls, at the same moment. */
const SAME_MOMENT_MS = 1_000;

/** From when on calls count; null: it was not said so often yet. */
function sinceOf(expectation: CalledExpectation, seen: Seen): number | null {
  const times = expectation.expect === "called" ? expectation.after_unanswered : undefined;
  if (times === undefined) return seen.since;
  const ids = incidentsOf(seen, expectation.device).map(({ id }) => id);
  const said = seen.entries.filter(
    ({ type, data }) => type === "unanswered" && ids.includes(data.incident ?? ""),
  );
  const nth = said[times - 1];
  return nth === undefined ? null : nth.at - SAME_MOMENT_MS;
}

function earliest(calls: readonly PhoneEvent[]): number | null {
  return calls.length === 0 ? null : Math.min(...calls.map(({ at }) => at));
}
