import { STAFF_ROLES } from "@anhu/core/facility";
import type { StaffRole } from "@anhu/core/facility";
import type { Result } from "@anhu/core/result";
import { ok, refuse } from "@anhu/core/result";
import type { Given } from "@anhu/firmware-sim/scenarios";

/** Usual time of who answered to arrive. */
const ARRIVE_S = 30;

/** What `--answer never|ROLE@SECONDS` (repeated) and `--arrive never|SECONDS` say. Fails with `bad_given`. */
export function parseGiven(answers: readonly string[], arrive: string | undefined): Result<Given> {
  const parsed: { role: StaffRole; after_s: number }[] = [];
  const said = answers.filter((text) => text !== "never");
  if (said.length > 0 && said.length < answers.length)
    return refuse("bad_given", "--answer never stands alone");
  for (const text of said) {
    const [, name = "", after = ""] = /^([a-z-]+)@(\d{1,4})$/.exec(text) ?? [];
    const role = STAFF_ROLES.find((known) => known === name);
    if (role === undefined) {
      const known = STAFF_ROLES.join(", ");
      return refuse("bad_given", `--answer ${text}: never, or ROLE@SECONDS; roles are ${known}`);
    }
    parsed.push({ role, after_s: Number(after) });
  }
  const arrive_s = arrive === undefined ? ARRIVE_S : arrive === "never" ? null : seconds(arrive);
  if (arrive_s === undefined)
    return refuse("bad_given", `--arrive ${arrive ?? ""}: never, or seconds`);
  return ok({ answers: parsed, arrive_s });
}

function seconds(text: string): number | undefined {
  return /^\d{1,4}$/.test(text) ? Number(text) : undefined;
}
