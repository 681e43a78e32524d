/** A bare broker in this process, and what a gateway does with it. */
import { createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { Aedes } from "aedes";
import { connectAsync } from "mqtt";
import { parseAck, topic } from "@anhu/core/wire";
import type { Ack, GatewayAddress } from "@anhu/core/wire";

export interface TestBroker {
  readonly port: number;
  /** While true, answers to gateways are taken and go nowhere: their sender waits for a PUBACK. */
  holdAcks: boolean;
  /** Answers that were held. */
  held(): number;
  /** Breaks every connection. */
  drop(): void;
  close(): Promise<void>;
}

export async function startBroker(): Promise<TestBroker> {
  const aedes = await Aedes.createBroker();
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    aedes.handle(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  let held = 0;
  const broker: TestBroker = {
    port: (server.address() as AddressInfo).port,
    holdAcks: false,
    held: () => held,
    drop() {
      for (const socket of sockets) socket.destroy();
    },
    async close() {
      await new Promise<void>((resolve) => aedes.close(resolve));
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
  aedes.authorizePublish = (_client, packet, done) => {
    if (broker.holdAcks && packet.topic.endsWith("/ack")) held += 1;
    else done(null);
  };
  return broker;
}

export interface TestGateway {
  alert(message: object): Promise<void>;
  status(status: object): Promise<void>;
  /** Answers so far. */
  readonly acks: readonly Ack[];
  close(): Promise<void>;
}

export async function connectGateway(port: number, address: GatewayAddress): Promise<TestGateway> {
  const client = await connectAsync({ host: "127.0.0.1", port, protocolVersion: 4 });
  const acks: Ack[] = [];
  client.on("message", (_topic, payload) => {
    const ack = parseAck(payload);
    if (!ack.ok) throw new Error(ack.error.detail);
    acks.push(ack.value);
  });
  await client.subscribeAsync(topic(address, "ack"), { qos: 1 });
  const send = async (channel: "alerts" | "status", value: object) => {
    await client.publishAsync(topic(address, channel), JSON.stringify(value), {
      qos: 1,
      retain: channel === "status",
    });
  };
  return {
    acks,
    alert: (message) => send("alerts", message),
    status: (status) => send("status", status),
    close: () => client.endAsync(),
  };
}

/** Resolves when `is` holds. Rejects after 10 s. */
export async function until(is: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 500; tries += 1) {
    if (await is()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error("waited 10 s in vain");
}
