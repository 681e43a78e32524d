import { messageOf } from "@anhu/core/errors";
import type { Seen } from "./judge.ts";
import type { Stage } from "./play.ts";

/** assumption: a gateway's clock is at most so far behind this machine's. */
const CLOCKS_MS = 1_000;

/** Closes what the scenario raised and left resolved, so that no list of open incidents grows by playing. Resolves with what it could not close. */
export async function tidy(
  { api, observer, clock }: Stage,
  { since }: Pick<Seen, "since">,
): Promise<readonly string[]> {
  const left: string[] = [];
  await observer.look([], clock.wall()).catch(() => undefined);
  const own = observer.incidents.filter(
    ({ state, alerts }) =>
      state === "resolved" && alerts.every(({ onset }) => onset >= since - CLOCKS_MS),
  );
  for (const { id } of own) {
    try {
      await api.post(`/api/v1/incidents/${encodeURIComponent(id)}/close`, { cause: "test" });
    } catch (thrown) {
      left.push(`${id}: ${messageOf(thrown)}`);
    }
  }
  return left;
}
