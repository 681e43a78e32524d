import { chmodSync, unlinkSync } from "node:fs";
import { connect, createServer } from "node:net";
import type { Server, Socket } from "node:net";
import { AnhuError } from "@anhu/core/errors";
import { converse } from "./conversation.ts";
import type { ConversationOptions } from "./conversation.ts";

export type ControlOptions = ConversationOptions & { readonly path: string };

/**
 * Opens the control socket. A socket that a dead process left is replaced.
 * Throws `already_running` when a living one holds it, `socket_failed` otherwise (a path over 107 bytes, a missing folder).
 */
export async function openControl(options: ControlOptions): Promise<{ close(): Promise<void> }> {
  const server = createServer((socket) => converse(socket, options));
  // Clients of one machine: a handful of people and tests.
  server.maxConnections = 16;
  try {
    await listen(server, options.path);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== "EADDRINUSE") throw failed(options.path, thrown);
    if (await answers(options.path)) {
      const text = `another simulator runs on ${options.path}`;
      throw new AnhuError("already_running", text, { fault: "caller", retry: false });
    }
    unlinkSync(options.path);
    await listen(server, options.path);
  }
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  return {
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((closed) => void server.close(() => closed()));
    },
  };
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
