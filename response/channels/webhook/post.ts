import { request as plainRequest } from "node:http";
import { request as tlsRequest } from "node:https";
import type { Clock } from "@anhu/core/time";

export interface Posted {
  readonly status: number;
  readonly retryAfter: string | undefined;
}

export interface Post {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly timeoutMs: number;
  readonly clock: Clock;
}

/**
 * Posts and gives the far end's status, or why there is none. The time-out is for the whole of it: name, connection, answer. No redirect is
 * followed, no proxy asked, and the answer's body is not read: nothing of it could be used, and it may be endless.
 */
export function post({
  url,
  headers,
  body,
  timeoutMs,
  clock,
}: Post): Promise<Posted | "timeout" | "unreachable"> {
  return new Promise((resolve) => {
    const request = url.protocol === "https:" ? tlsRequest : plainRequest;
    const sent = request(url, {
      method: "POST",
      agent: false,
      headers: { ...headers, "content-length": String(Buffer.byteLength(body)) },
    });
    const cancel = clock.after(timeoutMs, () => end("timeout"));
    function end(answer: Posted | "timeout" | "unreachable"): void {
      cancel();
      resolve(answer);
      sent.destroy();
    }
    sent.on("response", ({ statusCode = 0, headers: got }) =>
      end({ status: statusCode, retryAfter: got["retry-after"] }),
    );
    // Its text may name the address, which is a secret of the person: it is not passed on.
    sent.on("error", () => end("unreachable"));
    sent.end(body);
  });
}
