import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { takePlaces } from "../start/lock.ts";
import { runAlive } from "./alive.ts";
import { runComposeInit } from "./secrets.ts";

const root = mkdtempSync(join(tmpdir(), "anhu-compose-"));
afterAll(() => rmSync(root, { recursive: true }));

function init(folder: string) {
  const said: string[] = [];
  const sink = { write: (text: string) => said.push(text) };
  return { code: runComposeInit({ folder, env: {}, out: sink, err: sink }), said: said.join("") };
}

test("secrets are made once, differ, fit each other, and are their owner's alone", () => {
  const folder = join(root, "secrets");
  const [first, second] = [init(folder), join(root, "others")];
  expect(first.code).toBe(0);
  const read = (name: string, at = folder) => readFileSync(join(at, name), "utf8");
  const names = readdirSync(folder);
  for (const name of names) {
    expect((statSync(join(folder, name)).mode & 0o777).toString(8), name).toBe("600");
    expect(read(name).length, name).toBeGreaterThan(40);
    expect(first.said, "no secret is said").not.toContain(read(name));
  }
  expect(new Set(names.map((name) => read(name))).size).toBe(names.length);
  const url = new URL(read("anhu_database_url"));
  expect(decodeURIComponent(url.password)).toBe(read("anhu_postgres_password"));
  expect(read("anhu_influx_authorization")).toBe(`Token ${read("anhu_influx_token")}`);

  const before = names.map((name) => read(name));
  init(folder);
  expect(names.map((name) => read(name))).toEqual(before);
  init(second);
  expect(read("anhu_influx_token", second)).not.toBe(read("anhu_influx_token"));
});

test("a folder that cannot be written is said, with what to do", () => {
  writeFileSync(join(root, "file"), "");
  const { code, said } = init(join(root, "file", "secrets"));
  expect(code).toBe(3);
  expect(said).toContain("install -d -o 1000");
});

test("what listens, answers and holds its place is alive; one that does not is named", async () => {
  let status = 200;
  const server = createServer((_request, response) => response.writeHead(status).end());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  takePlaces(root, ["ingest"]);
  const said: string[] = [];
  const alive = (...what: string[]) =>
    runAlive({ dataDir: root, what, err: { write: (text) => said.push(text) } });
  const address = `http://127.0.0.1:${port}/healthz`;
  expect(await alive(String(port), address, "ingest")).toBe(0);
  expect(await alive("response", "ingest")).toBe(1);
  status = 503;
  expect(await alive(address)).toBe(1);
  await new Promise((resolve) => server.close(resolve));
  expect(await alive(String(port))).toBe(1);
  expect(await alive(address)).toBe(1);
  expect(said).toEqual(["response: no\n", `${address}: no\n`, `${port}: no\n`, `${address}: no\n`]);
});
