/** Why something was refused to a client. Closed list: they are labels of metrics and codes of docs/errors.md. */
export type Reason = (typeof REASONS)[number];

export const REASONS = [
  // connect
  "protocol_version",
  "empty_client_id",
  "unknown_identity",
  "wrong_secret",
  "client_id_mismatch",
  "will_not_allowed",
  "too_many_connections",
  "frozen_lately",
  "identities_unreadable",
  "tls_failed",
  // publish, subscribe, forward
  "bad_topic",
  "topic_not_allowed",
  "bad_filter",
  "filter_not_allowed",
  "too_many_subscriptions",
  "too_many_retained",
  "forward_not_allowed",
  // connection closed by the broker
  "publish_rate",
  "before_ack_failed",
  "before_ack_timeout",
  "packet_too_large",
  "connect_timeout",
  "keepalive_timeout",
  "frozen",
  "taken_over",
  "identity_changed",
  "queue_limit",
  "protocol_error",
] as const;

/** A refusal on its way through aedes. `returnCode`: of the CONNACK, MQTT 3.1.1 table 3.1. */
export class Refused extends Error {
  readonly reason: Reason;
  readonly returnCode: number;

  constructor(reason: Reason, returnCode = 5) {
    super(reason);
    this.reason = reason;
    this.returnCode = returnCode;
  }
}

/** Texts by which aedes 1.2.0 tells its own closings apart: it has no codes for them. */
const AEDES: readonly (readonly [text: string, reason: Reason])[] = [
  ["connect did not arrive in time", "connect_timeout"],
  ["keep alive timeout", "keepalive_timeout"],
  ["drain timeout", "frozen"],
  ["Client queue limit reached", "queue_limit"],
  ["unacceptable protocol version", "protocol_version"],
];

/** The reason behind an error of a connection; undefined when the peer or the network ended it. */
export function reasonOf(error: Error): Reason | undefined {
  if (error instanceof Refused) return error.reason;
  if ("code" in error || error.message === "connection closed") return undefined;
  return AEDES.find(([text]) => text === error.message)?.[1] ?? "protocol_error";
}
