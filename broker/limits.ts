/** The broker's bounds and what happens at each. Times in milliseconds. */
export interface Limits {
  /** Largest packet of a client that was let in, fixed header included: over it the connection is closed. */
  readonly packetBytes: number;
  /** Largest packet of anybody else. */
  readonly connectBytes: number;
  /** Sockets per listener, also those that have not said who they are: one more is closed at once. Each is a file descriptor of the process. */
  readonly connections: number;
  /** Sockets that prove the same identity at once, one being taken over by the next: one more is refused (CONNACK 3). */
  readonly connectionsPerIdentity: number;
  /** From the socket's opening (TLS handshake included) to CONNECT: then it is closed. */
  readonly connectTimeoutMs: number;
  /** Longest keepalive in seconds. A client that asks for more or for none gets this: it is closed after 1.5 times as long a silence. */
  readonly keepaliveS: number;
  /** Publishes per second and client, services excepted: over it they wait, which slows the sender and loses nothing. */
  readonly publishPerSecond: number;
  /** How many may come at once after a silence. */
  readonly publishBurst: number;
  /** A publish that would have to wait longer closes the connection. */
  readonly publishWaitMs: number;
  /** Publishes per client that are not forwarded yet: while there are so many, its socket is not read. */
  readonly publishesPending: number;
  /** `beforeAck` may take so long: then the connection is closed and no PUBACK was sent. */
  readonly beforeAckMs: number;
  /** A subscriber that reads nothing is closed after this; until then it can hold up delivery to all. */
  readonly drainMs: number;
  /** After that its identity is refused for so long (CONNACK 3), so that a frozen program that reconnects cannot hold up all again at once. */
  readonly frozenPenaltyMs: number;
  /** Packets that a client may send behind its CONNECT before the CONNACK: one more closes the connection. */
  readonly queuePackets: number;
  /** Filters per client: one more is refused (SUBACK 0x80). */
  readonly subscriptions: number;
  /** Retained topics in all: a publish that would keep one more closes the connection. */
  readonly retained: number;
  /** Inbound QoS 2 messages between PUBLISH and PUBREL per client: one more closes the connection. */
  readonly qos2InFlight: number;
  /** Levels of a topic or filter: more closes the connection. */
  readonly topicLevels: number;
  /** How often connected identities are looked up again: removed or changed ones are closed. */
  readonly recheckMs: number;
}

export const DEFAULT_LIMITS: Limits = {
  packetBytes: 36 * 1024,
  connectBytes: 36 * 1024,
  connections: 20_000,
  connectionsPerIdentity: 2,
  connectTimeoutMs: 10_000,
  keepaliveS: 300,
  publishPerSecond: 2000,
  publishBurst: 4000,
  publishWaitMs: 5000,
  publishesPending: 256,
  beforeAckMs: 10_000,
  drainMs: 2000,
  frozenPenaltyMs: 5000,
  queuePackets: 64,
  subscriptions: 64,
  retained: 100_000,
  qos2InFlight: 64,
  topicLevels: 16,
  recheckMs: 30_000,
};
