import { basename } from "node:path";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import type { Server } from "node:net";
import { createServer } from "node:net";
import { AnhuError } from "@anhu/core/errors";

export interface Address {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
}

/**
 * Makes `server` listen and returns its port.
 * Throws `port_taken` with a sentence that names port and owner, or `cannot_listen`.
 */
export async function listen(server: Server, address: Address): Promise<number> {
  // Node takes an empty host for every address of the machine.
  if (address.host === "") throw explain(new Error("an address is expected"), address);
  await new Promise<void>((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException): void => reject(explain(error, address));
    server.once("error", failed);
    server.listen({ ...address, exclusive: true }, () => {
      server.off("error", failed);
      resolve();
    });
  });
  const bound = server.address();
  return typeof bound === "object" && bound !== null ? bound.port : address.port;
}

/** Throws as `listen` does when the address cannot be listened on now. */
export async function assertPortFree(address: Address): Promise<void> {
  const probe = createServer();
  await listen(probe, address);
  await new Promise((resolve) => probe.close(resolve));
}

export interface Owner {
  /** Program and first argument. */
  readonly command: string;
  readonly pid: string;
}

/** Who listens on a TCP port here; undefined where that cannot be seen. Linux only. */
export function portOwner(port: number): Owner | undefined {
  const inodes = new Set(
    ["/proc/net/tcp", "/proc/net/tcp6"].flatMap((file) => inodesOf(file, port)),
  );
  if (inodes.size === 0) return undefined;
  for (const pid of entries("/proc").filter((name) => /^\d+$/.test(name))) {
    for (const fd of entries(`/proc/${pid}/fd`)) {
      const inode = /^socket:\[(\d+)\]$/.exec(linkOf(`/proc/${pid}/fd/${fd}`))?.[1];
      if (inode !== undefined && inodes.has(inode)) {
        return { command: commandOf(pid), pid };
      }
    }
  }
  return undefined;
}

function explain(error: NodeJS.ErrnoException, address: Address): AnhuError {
  const where = `port ${address.port} of ${address.host}`;
  const about = { ...address, errno: error.code ?? "" };
  const options = { fault: "environment", retry: false, cause: error, about } as const;
  if (error.code === "EADDRINUSE") {
    const owner = portOwner(address.port);
    const who = owner === undefined ? "another process" : `${owner.command} (process ${owner.pid})`;
    const text = `${where} is taken by ${who}`;
    return new AnhuError("port_taken", text, { ...options, about: { ...about, ...owner } });
  }
  return new AnhuError("cannot_listen", `cannot listen on ${where}: ${error.message}`, options);
}

/** Inodes of the sockets that listen (state 0A) on the port: proc(5), `sl local_address rem_address st ... inode`. */
function inodesOf(file: string, port: number): string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  return textOf(file)
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter((columns) => columns[1]?.endsWith(suffix) === true && columns[3] === "0A")
    .flatMap((columns) => columns[9] ?? []);
}

/** Processes end and belong to others while we look: what cannot be read has no entries. */
function entries(folder: string): string[] {
  return orElse(() => readdirSync(folder), []);
}

/** Program and first argument, without their folders but the last: `node broker/main.ts`. Every Node calls itself "MainThread" in `comm`. */
function commandOf(pid: string): string {
  const words = textOf(`/proc/${pid}/cmdline`).split("\0").slice(0, 2);
  const [program = "", argument = ""] = words;
  return `${basename(program)} ${argument.split("/").slice(-2).join("/")}`.trim();
}

function linkOf(path: string): string {
  return orElse(() => readlinkSync(path), "");
}

function textOf(path: string): string {
  return orElse(() => readFileSync(path, "utf8"), "");
}

function orElse<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch {
    return otherwise;
  }
}
