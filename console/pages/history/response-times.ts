import type { IncidentView } from "@anhu/response/api";

/** How long until the first promise to come and the first arrival, ms since the incident was recorded; null: there was none. */
export function responseOf({ people, received_at }: Pick<IncidentView, "people" | "received_at">): {
  readonly answerMs: number | null;
  readonly arriveMs: number | null;
} {
  const first = (times: readonly (number | null)[]): number | null => {
    const known = times.filter((one) => one !== null);
    return known.length === 0 ? null : Math.max(0, Math.min(...known) - received_at);
  };
  return {
    answerMs: first(people.map(({ promised_at }) => promised_at)),
    arriveMs: first(people.map(({ arrived_at }) => arrived_at)),
  };
}
