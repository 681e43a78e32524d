import { systemClock } from "@anhu/core/time";
import { createServer } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { assertPortFree, listen, portOwner } from "./listen.ts";
import { brokers } from "./raw-client.ts";

const brokerFor = brokers(systemClock());

async function takenPort(): Promise<number> {
  const server = createServer();
  onTestFinished(() => void server.close());
  return await listen(server, { host: "127.0.0.1", port: 0 });
}

test("a taken port is named with its owner", async () => {
  const port = await takenPort();
  const pid = String(process.pid);
  const command = portOwner(port)?.command ?? "";
  const message = `port ${port} of 127.0.0.1 is taken by ${command} (process ${pid})`;
  const about = { host: "127.0.0.1", port, errno: "EADDRINUSE", command, pid };
  const failure = { code: "port_taken", fault: "environment", message, about };
  await expect(assertPortFree({ host: "127.0.0.1", port })).rejects.toMatchObject(failure);
});

test("a broker that finds one of its ports taken leaves the others free", async () => {
  const port = await takenPort();
  const free = await freePort();
  const listeners = [free, port].map((one) => ({ host: "127.0.0.1", port: one }));
  await expect(brokerFor([], { listeners })).rejects.toMatchObject({ code: "port_taken" });
  await assertPortFree({ host: "127.0.0.1", port: free });
});

test("an address of another machine cannot be listened on", async () => {
  const failing = assertPortFree({ host: "192.0.2.1", port: 0 });
  await expect(failing).rejects.toMatchObject({ code: "cannot_listen" });
});

test("an address that is empty is not every address of this machine", async () => {
  const failing = assertPortFree({ host: "", port: 0 });
  await expect(failing).rejects.toMatchObject({ code: "cannot_listen" });
});

test("nobody owns a free port", async () => {
  expect(portOwner(await freePort())).toBeUndefined();
});

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server, { host: "127.0.0.1", port: 0 });
  await new Promise((resolve) => server.close(resolve));
  return port;
}
