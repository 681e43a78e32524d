/** A far end of webhooks in this process: keeps what comes, and answers as told. */
import { createServer } from "node:http";
import type { IncomingHttpHeaders, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Came {
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface FarHttp {
  readonly port: number;
  readonly came: readonly Came[];
  /** Answers the next ones so; `null`: not at all. */
  answer: ((reply: ServerResponse) => void) | null;
  close(): Promise<void>;
}

export async function openFarHttp(): Promise<FarHttp> {
  const came: Came[] = [];
  const server = createServer((request, reply) => {
    let body = "";
    request.setEncoding("utf8").on("data", (text: string) => {
      body += text;
    });
    request.on("end", () => {
      came.push({ url: request.url ?? "", headers: request.headers, body });
      far.answer?.(reply);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const far: FarHttp = {
    port: (server.address() as AddressInfo).port,
    came,
    answer: status(204),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return far;
}

/** An answer of this status without a body. */
export function status(code: number, headers: Readonly<Record<string, string>> = {}) {
  return (reply: ServerResponse): void => {
    reply.writeHead(code, headers).end();
  };
}
