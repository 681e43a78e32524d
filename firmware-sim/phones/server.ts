import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { AnhuError, messageOf } from "@anhu/core/errors";
import type { Phone, Taken } from "./phone.ts";

/** The phones of one host and port. */
export interface PhoneServer {
  /** By path. */
  readonly phones: ReadonlyMap<string, Phone>;
  /** Listens, or not (`refuse`), as the phones' faults say. */
  refresh(): void;
  close(): Promise<void>;
}

export interface PhoneServerOptions {
  readonly host: string;
  readonly port: number;
  readonly phones: ReadonlyMap<string, Phone>;
  readonly onTaken: (taken: Taken) => void;
}

/** A call is some 2 KiB. */
const BODY_BYTES = 64 * 1024;
const CONNECTIONS = 64;
/** A request that takes longer to come is given up. */
const REQUEST_MS = 10_000;

/** Listens for the phones of one host and port. Throws `port_taken` or `cannot_listen`. */
export async function openPhoneServer(options: PhoneServerOptions): Promise<PhoneServer> {
  const { host, port, phones } = options;
  const server = createServer({ requestTimeout: REQUEST_MS }, (request, response) => {
    answer(request, response, options).catch(() => {
      // The caller went away in the middle of the request.
      response.destroy();
    });
  });
  server.maxConnections = CONNECTIONS;
  await listen(server, host, port);
  // A port of 0 is any free one: once it is known, it stays.
  const own = (server.address() as { port: number }).port;
  return {
    phones,
    refresh() {
      const refuses = [...phones.values()].some(({ fault }) => fault?.fault === "refuse");
      if (refuses === !server.listening) return;
      if (refuses) void shut(server);
      else server.listen(own, host);
    },
    close: () => shut(server),
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { phones, onTaken }: PhoneServerOptions,
): Promise<void> {
  const phone = phones.get(request.url ?? "");
  if (phone === undefined) return end(request, response, 404);
  if (request.method !== "POST") return end(request, response, 405);
  const body = await readBody(request);
  if (body === undefined) return end(request, response, 413);
  const taken = phone.take(request.headers, body);
  const { status } = taken.record;
  if (status === null) {
    // It hangs: the caller, or the end of the phones, ends it.
    onTaken(taken);
    return;
  }
  response.writeHead(status).end(() => onTaken(taken));
}

/** Undefined when it is too long. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function end(request: IncomingMessage, response: ServerResponse, status: number): void {
  response.writeHead(status, { connection: "close" }).end();
  request.resume();
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  await new Promise<void>((up, down) => {
    server.once("error", (error) => down(cannotListen(host, port, error)));
    server.listen(port, host, up);
  });
  server.removeAllListeners("error");
  // A port that somebody else took while the phone refused connections: it goes on refusing.
  server.on("error", () => {});
}

function cannotListen(host: string, port: number, cause: NodeJS.ErrnoException): AnhuError {
  const about = { host, port };
  const options = { fault: "environment", retry: false, cause, about } as const;
  if (cause.code !== "EADDRINUSE") {
    const text = `the simulated phone on ${host}:${port} cannot listen: ${messageOf(cause)}`;
    return new AnhuError("cannot_listen", text, options);
  }
  const text = `port ${port} of a simulated phone is taken: end what listens there, or change the webhooks in facility.yaml and channels.yaml`;
  return new AnhuError("port_taken", text, options);
}

async function shut(server: Server): Promise<void> {
  if (!server.listening) return;
  await new Promise<void>((closed) => {
    server.close(() => closed());
    server.closeAllConnections();
  });
}
