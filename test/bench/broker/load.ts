import type { Login, RawClient } from "./raw.ts";
import { encode, openRaw, TYPE } from "./raw.ts";

/** Many publishers and one subscriber of them all. */
export interface Load {
  /** Publishes for `ms`, then waits until all is received. Rejects when that takes too long. */
  run(qos: 0 | 1, ms: number): Promise<Passed>;
  close(): void;
}

export interface Passed {
  readonly sent: number;
  readonly received: number;
  /** From the first publish to the last receipt. */
  readonly ms: number;
}

export interface LoadOptions {
  readonly port: number;
  readonly publishers: readonly (Login & { readonly topic: string })[];
  readonly subscriber: Login & { readonly filter: string };
}

const PAYLOAD = Buffer.alloc(128, "x");
/** Not yet received by the subscriber, in all; and without a PUBACK, or sent at a turn with QoS 0, by publisher. */
const UNDER_WAY = 4_000;
const IN_FLIGHT = 20;
const LAST_MS = 10_000;

interface Publisher {
  readonly client: RawClient;
  readonly packets: Readonly<Record<0 | 1, Buffer>>;
  inFlight: number;
  id: number;
}

export async function openLoad({ port, publishers, subscriber }: LoadOptions): Promise<Load> {
  let sent = 0;
  let received = 0;
  let qos: 0 | 1 = 0;
  let isOn = false;
  let next = 0;
  let progress = (): void => {};
  let all: readonly Publisher[] = [];

  const acks: Buffer[] = [];
  const { filter } = subscriber;
  const granted = Promise.withResolvers<void>();
  const listener = await openRaw(
    { port, login: subscriber },
    {
      heard(type, bytes, [from, to]) {
        if (type === TYPE.suback) granted.resolve();
        if (type !== TYPE.publish) return;
        received += 1;
        if (qos === 1) {
          const id = from + 2 + bytes.readUInt16BE(from);
          if (to - id !== 2 + PAYLOAD.length) throw new Error("not what was published");
          acks.push(Buffer.from([TYPE.puback << 4, 2, bytes[id] ?? 0, bytes[id + 1] ?? 0]));
        }
      },
      turn() {
        if (acks.length > 0) listener.send(Buffer.concat(acks.splice(0)));
        turn();
      },
    },
  );
  listener.send(
    encode({ cmd: "subscribe", messageId: 1, subscriptions: [{ topic: filter, qos: 1 }] }),
  );
  await granted.promise;
  all = await Promise.all(publishers.map((login) => openPublisher(login)));

  async function openPublisher(login: LoadOptions["publishers"][number]): Promise<Publisher> {
    const packet = (level: 0 | 1): Buffer =>
      encode({
        cmd: "publish",
        topic: login.topic,
        payload: PAYLOAD,
        qos: level,
        dup: false,
        retain: false,
        ...(level === 1 ? { messageId: 1 } : {}),
      });
    const publisher = {
      packets: { 0: packet(0), 1: packet(1) },
      inFlight: 0,
      id: 0,
      client: await openRaw(
        { port, login },
        {
          heard(type) {
            if (type === TYPE.puback) publisher.inFlight -= 1;
          },
          turn,
        },
      ),
    };
    return publisher;
  }

  function turn(): void {
    pump();
    progress();
  }

  function pump(): void {
    if (!isOn) return;
    for (let n = 0; n < all.length && sent - received < UNDER_WAY; n++) {
      const publisher = all[next++ % all.length];
      if (publisher === undefined) return;
      const count = IN_FLIGHT - publisher.inFlight;
      if (count === 0) continue;
      publisher.client.send(
        Buffer.concat(Array.from({ length: count }, () => packetOf(publisher))),
      );
      sent += count;
      if (qos === 1) publisher.inFlight += count;
    }
  }

  function packetOf(publisher: Publisher): Buffer {
    const packet = publisher.packets[qos];
    if (qos === 0) return packet;
    const copy = Buffer.from(packet);
    publisher.id = (publisher.id % 65_535) + 1;
    copy.writeUInt16BE(publisher.id, copy.length - PAYLOAD.length - 2);
    return copy;
  }

  return {
    async run(level, ms) {
      [qos, sent, received, isOn] = [level, 0, 0, true];
      const began = performance.now();
      pump();
      await new Promise((resolve) => setTimeout(resolve, ms));
      isOn = false;
      await new Promise<void>((resolve, reject) => {
        const late = setTimeout(
          () => reject(new Error(`${received} of ${sent} came in time`)),
          LAST_MS,
        );
        progress = () => {
          if (received < sent || all.some((publisher) => publisher.inFlight > 0)) return;
          clearTimeout(late);
          resolve();
        };
        progress();
      });
      progress = () => {};
      return { sent, received, ms: performance.now() - began };
    },
    close() {
      for (const { client } of [...all, { client: listener }]) client.close();
    },
  };
}
