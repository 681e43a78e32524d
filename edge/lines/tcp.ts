/** Lines over TCP: to a device that listens, or for devices that call. */
import { connect, createServer } from "node:net";
import type { Server, Socket } from "node:net";
import { AnhuError, messageOf } from "@anhu/core/errors";
import type { Clock } from "@anhu/core/time";
import { Backoff } from "../backoff/index.ts";
import type { Channel, ChannelEvents, OpenChannel, Port, PortEvents } from "./port.ts";

export interface HostPort {
  readonly host: string;
  readonly port: number;
}

const CONNECT_MS = 10_000;
/** A peer that is gone without a word is found by keepalive within about 30 s. */
const KEEPALIVE_MS = 10_000;
/** Answers that the peer does not read: then it is as good as gone. */
const UNREAD_BYTES = 64 * 1024;
const LISTEN_AGAIN = { firstMs: 500, mostMs: 10_000 };

/** `host:port`, the host perhaps an IPv6 address in brackets; undefined when it is not. */
export function parseHostPort(text: string): HostPort | undefined {
  const [, host, port] = /^\[?([^\]]+?)\]?:(\d{1,5})$/.exec(text) ?? [];
  return host === undefined || Number(port) > 65_535 ? undefined : { host, port: Number(port) };
}

/** Connects to a device. Throws `line_failed`. */
export function tcpTo(target: HostPort, clock: Clock): OpenChannel {
  return async (events) => {
    const socket = connect(target);
    await new Promise<void>((resolve, reject) => {
      const fail = (why: string): void => {
        socket.destroy();
        reject(new AnhuError("line_failed", why, { fault: "environment", retry: true }));
      };
      const cancel = clock.after(CONNECT_MS, () => fail("no connection in time"));
      socket.once("error", (error) => {
        cancel();
        fail(error.message);
      });
      socket.once("connect", () => {
        cancel();
        resolve();
      });
    });
    return channelOf(socket, events);
  };
}

/** Listens for one device; a newer connection takes the place of the older one, which may be half dead. */
export function tcpListener(at: HostPort, parts: { clock: Clock; random: () => number }): Port {
  const backoff = new Backoff({ ...LISTEN_AGAIN, random: parts.random });
  let server: Server | null = null;
  let current: Channel | null = null;
  let cancel: (() => void) | null = null;
  const listen = (events: PortEvents): void => {
    server = createServer((socket) => {
      current?.close();
      const late: { to?: ChannelEvents } = {};
      current = channelOf(socket, {
        bytes: (bytes) => late.to?.bytes(bytes),
        closed: (detail) => late.to?.closed(detail),
      });
      late.to = events.opened(current);
    });
    server.on("error", (error) => {
      events.failed("line_failed", messageOf(error));
      server?.close();
      cancel = parts.clock.after(backoff.next(), () => listen(events));
    });
    server.listen({ host: at.host, port: at.port }, () => {
      const bound = server?.address();
      if (typeof bound === "object" && bound !== null) events.listening?.(bound.port);
    });
  };
  return {
    start: listen,
    stop() {
      cancel?.();
      current?.close();
      server?.close();
    },
  };
}

function channelOf(socket: Socket, events: ChannelEvents): Channel {
  let over = false;
  const end = (detail: string): void => {
    if (over) return;
    over = true;
    socket.destroy();
    events.closed(detail);
  };
  socket.removeAllListeners("error");
  socket.setKeepAlive(true, KEEPALIVE_MS);
  socket.setNoDelay(true);
  socket.on("data", (bytes) => {
    if (!over) events.bytes(bytes);
  });
  socket.on("error", (error) => end(error.message));
  socket.on("close", () => end("closed by the other side"));
  return {
    write(bytes) {
      if (over) return;
      socket.write(bytes);
      if (socket.writableLength > UNREAD_BYTES) end("the other side reads nothing");
    },
    close: () => end("closed by us"),
  };
}
