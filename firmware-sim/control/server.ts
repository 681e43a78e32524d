import { chmodSync, unlinkSync } from "node:fs";
import { connect, createServer } from "node:net";
import type { Server, Socket } from "node:net";
import { AnhuError } from "@anhu/core/errors";
import { converse } from "./conversation.ts";
import type { ConversationOptions } from "./conversation.ts";

/** The open socket: there is one per data directory, so it also shows that no other simulator runs there. */
export interface ControlSocket {
  /** Serves clients from now on; those that come earlier are turned away. */
  serve(options: ConversationOptions): void;
  close(): Promise<void>;
}

/** Clients of one machine: a handful of people and tests. */
const CLIENTS = 16;

/**
 * Opens the control socket. A socket that a dead process left is replaced.
 * Throws `already_running` when a living one holds it, `socket_failed` otherwise (a path over 107 bytes, a missing folder).
 */
export async function openControl(path: string): Promise<ControlSocket> {
  let options: ConversationOptions | undefined;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    if (options === undefined) socket.destroy();
    else converse(socket, options);
  });
  server.maxConnections = CLIENTS;
  await listenAlone(server, path);
  return {
    serve(asked) {
      options = asked;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((closed) => void server.close(() => closed()));
    },
  };
}

async function listenAlone(server: Server, path: string): Promise<void> {
  try {
    await listen(server, path);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== "EADDRINUSE") throw failed(path, thrown);
    if (await answers(path)) {
      const text = `another simulator runs on ${path}`;
      throw new AnhuError("already_running", text, { fault: "caller", retry: false });
    }
    unlinkSync(path);
    await listen(server, path);
  }
}

async function listen(server: Server, path: string): Promise<void> {
  // The socket is born with the mode that the mask leaves: nobody else can open it, not even for a moment.
  const mask = process.umask(0o177);
  try {
    await new Promise<void>((up, down) => {
      server.once("error", down);
      server.listen(path, () => {
        server.off("error", down);
        up();
      });
    });
  } finally {
    process.umask(mask);
  }
  chmodSync(path, 0o600);
}

/** True when a process accepts connections there. */
async function answers(path: string): Promise<boolean> {
  return new Promise((told) => {
    const socket = connect(path);
    socket.on("connect", () => {
      socket.destroy();
      told(true);
    });
    socket.on("error", () => told(false));
  });
}

function failed(path: string, cause: unknown): AnhuError {
  const text = `the control socket ${path} cannot be opened: ${String(cause)}`;
  return new AnhuError("socket_failed", text, { fault: "environment", retry: false, cause });
}
