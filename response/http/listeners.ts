/**
 * Two doors to one server:
 *
 *   http://127.0.0.1:8080   this machine: pages, API, API token, health, metrics
 *   https://LAN:8443        `--lan` only: pages, API
 */
import { createServer } from "node:https";
import type { AddressInfo, Server as NetServer } from "node:net";
import { AnhuError, messageOf } from "@anhu/core/errors";
import type { Certificate } from "./certificate.ts";
import { REQUEST_TIMEOUT_MS } from "./server.ts";
import type { Server } from "./server.ts";

/** assumption: a phone and a screen for everybody of a large home, some connections each. At the bound further ones are closed at once. */
const LAN_CONNECTIONS = 2_000;

export interface LanAddress {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
}

/** Listens on loopback. Resolves with the port. Throws `port_taken`, `cannot_listen`. */
export async function listenLocally(server: Server, port: number): Promise<number> {
  const variable = "ANHU_HTTP_PORT";
  const address = { host: "127.0.0.1", port };
  await server.listen(address).catch((thrown: unknown) => {
    throw explained(thrown, { ...address, variable });
  });
  return portOf(server.server, port);
}

/** Listens with TLS on the local network, until `close`. Needs `listenLocally` first. Throws `port_taken`, `cannot_listen`. */
export async function listenOnLan(
  server: Server,
  address: LanAddress,
  certificate: Certificate,
): Promise<{ port: number; close: () => Promise<void> }> {
  const tls = createServer(
    {
      ...certificate.pem,
      minVersion: "TLSv1.2",
      requestTimeout: REQUEST_TIMEOUT_MS,
      headersTimeout: REQUEST_TIMEOUT_MS,
    },
    (request, reply) => server.routing(request, reply),
  );
  tls.maxConnections = LAN_CONNECTIONS;
  certificate.onRenewed = (pem) => tls.setSecureContext({ ...pem, minVersion: "TLSv1.2" });
  await new Promise<void>((up, failed) => {
    tls.once("error", failed);
    tls.listen({ ...address, exclusive: true }, up);
  }).catch((thrown: unknown) => {
    throw explained(thrown, { ...address, variable: "ANHU_LAN_PORT" });
  });
  return {
    port: portOf(tls, address.port),
    close: () =>
      new Promise((over) => {
        tls.close(() => over());
        tls.closeAllConnections();
      }),
  };
}

function portOf(server: NetServer, asked: number): number {
  const bound: AddressInfo | string | null = server.address();
  return typeof bound === "object" && bound !== null ? bound.port : asked;
}

function explained(
  cause: unknown,
  { host, port, variable }: LanAddress & { readonly variable: string },
): AnhuError {
  const about = { host, port, variable };
  const options = { fault: "environment", retry: false, cause, about } as const;
  if (cause instanceof Error && "code" in cause && cause.code === "EADDRINUSE") {
    return new AnhuError("port_taken", `port ${port} of ${host} (${variable}) is taken`, options);
  }
  const text = `cannot listen on ${host}:${port}: ${messageOf(cause)}`;
  return new AnhuError("cannot_listen", text, options);
}
