import type { EventEmitter } from "node:events";
import type { Server, Socket } from "node:net";
import { createServer } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { AnhuError } from "@anhu/core/errors";
import type { Clock } from "@anhu/core/time";
import type { Client } from "aedes";
import { Aedes } from "aedes";
import type { Logger } from "pino";
import type { Identity, IdentityStore } from "./identities/identity.ts";
import type { Limits } from "./limits.ts";
import { listen } from "./listen.ts";
import { PacketMeter } from "./packet-meter.ts";
import type { Policy } from "./policy.ts";
import type { Reason } from "./reasons.ts";
import { reasonOf } from "./reasons.ts";
import type { Refusals } from "./refusals.ts";
import { Session } from "./session.ts";
import type { Sessions } from "./session.ts";
import type { BrokerStats } from "./statistics.ts";

export interface Listener {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** PEM. */
  readonly tls?: { readonly key: string | Buffer; readonly cert: string | Buffer };
}

export interface EngineParts {
  readonly policy: Policy;
  readonly limits: Limits;
  readonly clock: Clock;
  readonly log: Logger;
  readonly stats: BrokerStats;
  readonly refusals: Refusals;
  readonly sessions: Sessions;
  readonly identities: IdentityStore;
}

/** Sockets in, aedes behind them; every decision is the policy's. */
export class Engine {
  readonly #parts: EngineParts;
  readonly #aedes: Aedes;
  readonly #servers: Server[] = [];
  /** Also those that are still at their TLS handshake. */
  readonly #sockets = new Set<Socket>();
  readonly #byConnection = new WeakMap<object, Session>();
  /** Sessions whose turn to be looked up again is still to come. */
  #unchecked: Iterator<Session>;
  #stopRecheck = (): void => {};

  constructor(parts: EngineParts) {
    this.#parts = parts;
    this.#unchecked = parts.sessions.all.values();
    this.#aedes = this.#makeAedes();
  }

  /** Returns the ports. Throws as `listen` does, with nothing left open. */
  async start(listeners: readonly Listener[]): Promise<number[]> {
    await this.#aedes.listen();
    const ports: number[] = [];
    try {
      for (const listener of listeners) {
        const server = this.#makeServer(listener);
        this.#servers.push(server);
        ports.push(await listen(server, { host: listener.host, port: listener.port }));
        // No file descriptor is left for one more socket, or the like: those that are there go on.
        server.on("error", (error) => this.#parts.log.error({ err: error }, "cannot accept"));
      }
    } catch (thrown) {
      await this.close();
      throw thrown;
    }
    this.#scheduleRecheck();
    return ports;
  }

  async publish(packet: {
    readonly topic: string;
    readonly payload: Buffer;
    readonly qos: 0 | 1 | 2;
    readonly retain: boolean;
  }): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#aedes.publish({ ...packet, cmd: "publish", dup: false }, (error) => {
        if (!error) return resolve();
        const options = { fault: "internal", retry: true, cause: error } as const;
        reject(new AnhuError("publish_failed", `could not publish: ${error.message}`, options));
      });
    });
  }

  async close(): Promise<void> {
    this.#stopRecheck();
    const closed = this.#servers
      .filter((server) => server.listening)
      .map((server) => new Promise((resolve) => server.close(resolve)));
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all(closed);
    await new Promise<void>((resolve) => this.#aedes.close(resolve));
  }

  #makeAedes(): Aedes {
    const { limits, policy } = this.#parts;
    const aedes = new Aedes({
      connectTimeout: limits.connectTimeoutMs,
      drainTimeout: limits.drainMs,
      queueLimit: limits.queuePackets,
      maxInflightInbound: limits.qos2InFlight,
      maxTopicLevels: limits.topicLevels,
      preConnect: (client, packet, done) => {
        policy.connect(this.#sessionOf(client), packet);
        done(null, true);
      },
      authenticate: (client, _username, _password, done) => {
        const { refusal } = this.#sessionOf(client);
        done(refusal ?? null, refusal === undefined);
      },
      authorizePublish: (client, packet, done) => {
        // Without a client: a will left by another broker of a cluster, which this one never is.
        if (client === null) return done(new Error("no client"));
        policy.publish(this.#sessionOf(client), packet, done);
      },
      published: (packet, client: Client | null, done) => {
        if (client !== null && packet.qos < 2) this.#sessionOf(client).pending -= 1;
        done();
      },
      authorizeSubscribe: (client, subscription, done) =>
        done(null, policy.subscribe(this.#sessionOf(client), subscription)),
      authorizeForward: (client, packet) => policy.forward(this.#sessionOf(client), packet),
    });
    aedes.on("client", (client) => this.#takeOver(this.#sessionOf(client)));
    aedes.on("unsubscribe", (filters, client) => {
      for (const filter of filters) this.#sessionOf(client).filters.delete(filter);
    });
    const onError = (client: Client, error: Error): void => {
      const session = this.#sessionOf(client);
      const reason = reasonOf(error);
      if (reason === "frozen" && session.identity !== undefined) {
        policy.punishFrozen(session.identity.username);
      }
      if (reason !== undefined) this.#end(session, reason, error.cause ?? error);
    };
    aedes.on("clientError", onError);
    aedes.on("connectionError", onError);
    const emitter: EventEmitter = aedes;
    emitter.on("error", (error: Error) => this.#parts.log.error({ err: error }, "broker error"));
    return aedes;
  }

  #makeServer(listener: Listener): Server {
    const { limits, refusals } = this.#parts;
    const accept = (socket: Socket): void => this.#accept(socket);
    const server =
      listener.tls === undefined
        ? createServer(accept)
        : createTlsServer(
            { ...listener.tls, minVersion: "TLSv1.2", handshakeTimeout: limits.connectTimeoutMs },
            accept,
          );
    server.maxConnections = limits.connections;
    server.on("connection", (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
    });
    server.on("drop", () => refusals.note("too_many_connections"));
    server.on("tlsClientError", (error: Error, socket: Socket) => {
      refusals.note("tls_failed", undefined, error);
      socket.destroy();
    });
    return server;
  }

  #accept(socket: Socket): void {
    const { clock, limits, sessions, stats } = this.#parts;
    const session = new Session(socket, clock, limits);
    sessions.all.add(session);
    this.#byConnection.set(socket, session);
    socket.once("close", () => {
      sessions.delete(session);
      stats.clients = sessions.named;
    });
    socket.setNoDelay(true);
    socket.setKeepAlive(true, 60_000);
    const meter = new PacketMeter();
    const read = socket.read.bind(socket);
    socket.read = (size) => {
      if (session.pending >= limits.publishesPending) return null;
      const chunk: unknown = read(size);
      const maxBytes = session.identity === undefined ? limits.connectBytes : limits.packetBytes;
      if (!(chunk instanceof Uint8Array) || meter.push(chunk, maxBytes)) return chunk;
      this.#end(session, "packet_too_large");
      return null;
    };
    this.#aedes.handle(socket);
  }

  /** A newer connection of the same identity ends the older one [MQTT-3.1.4-2]. */
  #takeOver(newer: Session): void {
    const name = newer.identity?.username ?? "";
    for (const session of this.#parts.sessions.of(name)) {
      if (session !== newer) this.#end(session, "taken_over");
    }
  }

  #end(session: Session, reason: Reason, cause?: unknown): void {
    if (session.reason === undefined) {
      session.reason = reason;
      this.#parts.refusals.note(reason, session, cause);
    }
    session.socket.destroy();
  }

  #sessionOf(client: Client): Session {
    const session = this.#byConnection.get(client.conn);
    if (session === undefined) throw new Error("aedes knows a connection that nobody accepted");
    return session;
  }

  /** Looks the identities of some sessions up again: who is gone or has a new secret is closed, new filters count from now on. */
  #recheckSome(): void {
    const { sessions, identities, refusals } = this.#parts;
    for (let left = Math.ceil(sessions.all.size / RECHECK_TURNS); left > 0; left -= 1) {
      const session = this.#unchecked.next().value;
      if (session === undefined) {
        this.#unchecked = sessions.all.values();
        return;
      }
      if (session.identity === undefined) continue;
      try {
        const fresh = identities.find(session.identity.username);
        if (fresh !== undefined && isSame(fresh, session.identity)) session.identity = fresh;
        else this.#end(session, "identity_changed");
      } catch (thrown) {
        // Who is connected stays.
        refusals.note("identities_unreadable", session, thrown);
        return;
      }
    }
  }

  #scheduleRecheck(): void {
    const { clock, limits } = this.#parts;
    this.#stopRecheck = clock.after(limits.recheckMs / RECHECK_TURNS, () => {
      this.#recheckSome();
      this.#scheduleRecheck();
    });
  }
}

/** In so many turns every session is looked up once: all at once would hold up every message for as long as it takes. */
const RECHECK_TURNS = 30;

function isSame(one: Identity, other: Identity): boolean {
  return one.clientId === other.clientId && Buffer.compare(one.secretHash, other.secretHash) === 0;
}
