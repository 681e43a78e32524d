import type { DeliveryState } from "@anhu/response/api";
import { useWords } from "../words/use-words.tsx";

const TAGS: Readonly<Record<DeliveryState, string>> = {
  queued: "tag",
  held: "tag",
  sending: "tag tag-brand",
  sent: "tag tag-brand",
  delivered: "tag tag-good",
  failed: "tag tag-critical",
  cancelled: "tag",
  summarised: "tag",
};

/** What became of a delivery, and why when it failed or was not needed. */
export function DeliveryTag(props: {
  readonly state: DeliveryState;
  readonly reason: string | null;
}) {
  const { words } = useWords();
  const { state, reason } = props;
  const reasons: Readonly<Record<string, string>> = words.reason;
  return (
    <>
      <span className={TAGS[state]} title={words.deliveries.means[state]}>
        {words.deliveryState[state]}
      </span>
      {reason === null ? null : (
        <span className="quiet"> {reasons[reason] ?? words.reason.other}</span>
      )}
    </>
  );
}
