import { afterAll, beforeAll, expect, test } from "vitest";
import type { InfluxServer } from "../../../test/servers/influx.ts";
import { startInflux } from "../../../test/servers/influx.ts";
import { storeContract } from "../contract.ts";
import { openInfluxStore } from "./store.ts";

let server: InfluxServer;
beforeAll(async () => {
  server = await startInflux();
});
afterAll(() => server.stop());

function open(change: object = {}): ReturnType<typeof openInfluxStore> {
  const { url, database, user, password } = server;
  return openInfluxStore({ url, database, user, password, ...change });
}

storeContract("influx", async () => ({
  open: async () => open(),
  async crash(store) {
    await store.close();
    await server.kill();
    await server.start();
  },
  remove: async () => {},
}));
