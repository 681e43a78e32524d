/** The HTTP side put together: who may sign in, the certificate, the server and its listeners. */
import { join } from "node:path";
import { readApiToken } from "../access/api-token.ts";
import { openPasswords } from "../access/passwords.ts";
import { openSessions } from "../access/sessions.ts";
import { isDemo, roomKeyIn } from "../facilities/installation.ts";
import { openCertificate } from "./certificate.ts";
import { listenLocally, listenOnLan } from "./listeners.ts";
import type { LanAddress } from "./listeners.ts";
import { buildHttp } from "./server.ts";
import type { HttpOptions } from "./server.ts";

type Own = "apiToken" | "roomKey" | "sessions" | "passwords" | "certificate" | "tlsFolder" | "demo";

export interface Http {
  /** Throws `port_taken`, `cannot_listen`. */
  listen(httpPort: number): Promise<{ readonly http: number; readonly lan?: number }>;
  close(): Promise<void>;
}

/** Builds it; it does not listen yet. Throws `tls_unreadable`. */
export async function openHttp(
  options: Omit<HttpOptions, Own> & {
    readonly dataDir: string;
    /** The listener with TLS on the local network; undefined: none. */
    readonly lan: LanAddress | undefined;
  },
): Promise<Http> {
  const { dataDir, lan, db, clock, log } = options;
  const tlsFolder = join(dataDir, "tls");
  const certificate = lan === undefined ? null : openCertificate({ folder: tlsFolder, clock, log });
  const sessions = openSessions({ db, clock, log });
  const server = await buildHttp({
    ...options,
    apiToken: readApiToken(dataDir),
    roomKey: roomKeyIn(dataDir),
    sessions,
    passwords: openPasswords(),
    certificate,
    tlsFolder,
    demo: isDemo(dataDir),
  });
  let closeLan: () => Promise<void> = () => Promise.resolve();
  return {
    async listen(httpPort) {
      const http = await listenLocally(server, httpPort);
      if (lan === undefined || certificate === null) return { http };
      const open = await listenOnLan(server, lan, certificate);
      closeLan = open.close;
      return { http, lan: open.port };
    },
    async close() {
      certificate?.close();
      await Promise.all([closeLan(), server.close()]);
      await sessions.close();
    },
  };
}
