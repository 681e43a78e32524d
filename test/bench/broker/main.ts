/** `main.ts aedes`: a bare broker, nothing but aedes. `main.ts load`: who publishes and subscribes. */
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { Aedes } from "aedes";
import { serveParent } from "../child.ts";
import type { Load, LoadOptions } from "./load.ts";
import { openLoad } from "./load.ts";

export type Question =
  /** Of `aedes`: answers `{port}`. */
  | { readonly do: "listen" }
  /** Of `load`; a load that was open is closed. */
  | ({ readonly do: "open" } & LoadOptions)
  | { readonly do: "run"; readonly qos: 0 | 1; readonly ms: number };

let load: Load | undefined;

serveParent(async (asked) => {
  const question = asked as Question;
  if (question.do === "listen") {
    const aedes = await Aedes.createBroker();
    const server = createServer((socket) => aedes.handle(socket.setNoDelay(true)));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return { port: (server.address() as AddressInfo).port };
  }
  if (question.do === "open") {
    load?.close();
    load = await openLoad(question);
    return {};
  }
  if (load === undefined) throw new Error("nothing is open");
  return load.run(question.qos, question.ms);
});
