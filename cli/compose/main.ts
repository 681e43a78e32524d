/** Health check of a container, `node cli/compose/main.ts WHAT...`: small, because it is run every half minute. */
import { resolve } from "node:path";
import { runAlive } from "./alive.ts";

process.exitCode = await runAlive({
  dataDir: resolve(process.env["ANHU_DATA"] ?? "data"),
  what: process.argv.slice(2),
  err: process.stderr,
});
