import { formatBatch, parseAck, topic } from "@anhu/core/wire";
import { Socket } from "node:net";
import mqtt from "mqtt";
import { addressOf, stamped } from "./chunks.ts";
import type { Leg } from "./course.ts";

/** A gateway's account at a broker on loopback. */
export interface Login {
  readonly port: number;
  readonly client_id: string;
  readonly username: string;
  readonly password: string;
}

/** A gateway's uplink as the broker sees it: batches up, each waited for until its ack says stored. */
export interface Uplink {
  /** Resolves with the number of points. Rejects when the batch is refused or not answered in time. */
  send(leg: Leg, seq: number): Promise<number>;
  /** How often it was told to wait. */
  busy(): number;
}

const ACK_MS = 15_000;

export async function openUplink(gateway: number, login: Login): Promise<Uplink> {
  const address = addressOf(gateway);
  const boot = `bench${gateway}`;
  const waiting = new Map<number, (busyMs: number | null) => void>();
  let busy = 0;
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${login.port}`, {
    clientId: login.client_id,
    username: login.username,
    password: login.password,
    protocolVersion: 4,
    clean: true,
    reconnectPeriod: 0,
  });
  // As the edge's own line.
  if (client.stream instanceof Socket) client.stream.setNoDelay(true);
  client.on("message", (_topic, payload) => {
    const ack = parseAck(payload);
    if (!ack.ok) throw new Error(`no ack: ${payload.toString()}`);
    const { stored, refused, busy_ms } = ack.value;
    if (refused.length > 0) throw new Error(`refused: ${payload.toString()}`);
    for (const seq of stored) waiting.get(seq)?.(null);
    if (busy_ms === undefined) return;
    busy += 1;
    for (const wait of waiting.values()) wait(busy_ms);
  });
  await client.subscribeAsync(topic(address, "ack"), { qos: 1 });

  function publish(seq: number, payload: Uint8Array): Promise<number | null> {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`no ack for batch ${seq}`)), ACK_MS);
      waiting.set(seq, (busyMs) => {
        clearTimeout(late);
        waiting.delete(seq);
        resolve(busyMs);
      });
      client.publish(topic(address, "readings"), Buffer.from(payload), { qos: 1 });
    });
  }

  return {
    async send({ chunk, at }, seq) {
      const clock = { source: "ntp", offset_ms: 0 } as const;
      const lines = stamped(chunk.sent, at);
      const payload = formatBatch({ boot, seq, n: chunk.n, clock, lines });
      for (;;) {
        const busyMs = await publish(seq, payload);
        if (busyMs === null) return chunk.n;
        await new Promise((resolve) => setTimeout(resolve, busyMs));
      }
    },
    busy: () => busy,
  };
}
