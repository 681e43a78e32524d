/** A person's webhook: a signed POST to the address in the facility file. Only 2xx is "sent". */
import { Webhook } from "standardwebhooks";
import type { Clock } from "@anhu/core/time";
import type { Channel, Delivery, Outcome } from "../channel.ts";
import { retryAfterMs } from "../retry.ts";
import type { Secrets } from "../secrets.ts";
import { webhookMessage } from "./message.ts";
import { post } from "./post.ts";
import type { Posted } from "./post.ts";
import { allowedTarget } from "./target.ts";

const TIMEOUT_MS = 5_000;

export interface AnswerAt {
  readonly token: string;
  readonly delivery: string;
  /** Who will ask there. */
  readonly target: URL;
}

export interface WebhookOptions {
  readonly allow: readonly URL[];
  readonly secrets: Pick<Secrets, "get">;
  /** Where the call is answered; a receipt tells the delivery by it. */
  readonly answerUrl: (answer: AnswerAt) => string;
  readonly clock: Clock;
  readonly timeoutMs?: number;
}

/**
 * Fails for good with `target_not_allowed`, `no_secret`, `target_redirects` (3xx), `target_gone` (410), `target_refused` (other 4xx);
 * is tried again after `target_busy` (429), `target_error` (5xx), `target_timeout` and `target_unreachable`.
 */
export function openWebhook(options: WebhookOptions): Channel {
  const { allow, secrets, answerUrl, clock, timeoutMs = TIMEOUT_MS } = options;

  async function send(delivery: Delivery): Promise<Outcome> {
    const url = allowedTarget(delivery.address, allow);
    if (url === null) return failed("target_not_allowed");
    const secret = secrets.get(delivery.facility, delivery.person);
    if (secret === undefined) return failed("no_secret");
    const body = webhookMessage(delivery, (token, id) =>
      answerUrl({ token, delivery: id, target: url }),
    );
    const now = new Date(clock.wall());
    const headers = {
      "content-type": "application/json",
      "user-agent": "anhu",
      "webhook-id": delivery.id,
      "webhook-timestamp": String(Math.floor(now.getTime() / 1000)),
      "webhook-signature": new Webhook(secret).sign(delivery.id, now, body),
    };
    return outcomeOf(await post({ url, headers, body, timeoutMs, clock }), clock.wall());
  }

  return {
    kind: "webhook",
    target: ({ address }) => URL.parse(address)?.origin ?? "",
    send,
    close: () => Promise.resolve(),
  };
}

function outcomeOf(posted: Posted | "timeout" | "unreachable", now: number): Outcome {
  if (posted === "timeout") return retry("target_timeout");
  if (posted === "unreachable") return retry("target_unreachable");
  const { status, retryAfter } = posted;
  if (status >= 200 && status < 300) return { result: "sent" };
  if (status >= 300 && status < 400) return failed("target_redirects");
  if (status === 410) return failed("target_gone");
  if (status >= 400 && status < 500 && status !== 429) return failed("target_refused");
  const afterMs = retryAfterMs(retryAfter, now);
  const outcome = status === 429 ? retry("target_busy") : retry("target_error");
  return afterMs === undefined ? outcome : { ...outcome, afterMs };
}

function failed(reason: string): Outcome {
  return { result: "failed", reason, blame: "person" };
}

function retry(reason: string): Outcome & { readonly result: "retry" } {
  return { result: "retry", reason, blame: "person" };
}
