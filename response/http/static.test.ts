import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openTestHttp } from "../testing/http.ts";
import type { TestHttp } from "../testing/http.ts";
import { waitingPage } from "./waiting.ts";

let consoleDir: string;
let http: TestHttp;

beforeEach(async () => {
  consoleDir = mkdtempSync(join(tmpdir(), "anhu-console-"));
  http = await openTestHttp({ consoleDir });
});

afterEach(async () => {
  await http.close();
  rmSync(consoleDir, { recursive: true });
});

function build(): void {
  mkdirSync(join(consoleDir, "assets"));
  writeFileSync(join(consoleDir, "index.html"), "<html><head><title>安护</title></head></html>");
  writeFileSync(join(consoleDir, "assets", "main-3f9a.js"), "run()");
  writeFileSync(join(consoleDir, "assets", "main-3f9a.js.gz"), gzipSync("run()"));
  writeFileSync(join(consoleDir, "calm.svg"), "<svg/>");
  writeFileSync(join(consoleDir, ".env"), "secret");
}

async function get(url: string, headers: Record<string, string> = {}) {
  const reply = await http.server.inject({ url, headers: { host: "localhost", ...headers } });
  return { status: reply.statusCode, headers: reply.headers, body: reply.body };
}

test("the page is never kept, and its styles are known by a nonce that is another each time", async () => {
  build();
  const seen = new Set<string>();
  for (let n = 0; n < 3; n += 1) {
    const { status, headers, body } = await get("/");
    const [, nonce = ""] = /<meta name="csp-nonce" content="([^"]{24})" \/>/.exec(body) ?? [];
    expect([status, headers["cache-control"]]).toEqual([200, "no-store"]);
    expect(headers["content-security-policy"]).toContain(`style-src 'self' 'nonce-${nonce}';`);
    expect(headers["content-security-policy"]).not.toContain("unsafe");
    seen.add(nonce);
  }
  expect(seen.size).toBe(3);
});

test("what has a hash in its name is kept for good, and comes compressed where that is wanted", async () => {
  build();
  const plain = await get("/assets/main-3f9a.js");
  expect(plain).toMatchObject({
    status: 200,
    body: "run()",
    headers: { "cache-control": "public, max-age=31536000, immutable" },
  });
  expect(plain.headers["content-type"]).toMatch("javascript");
  const packed = await get("/assets/main-3f9a.js", { "accept-encoding": "gzip" });
  expect(packed.headers["content-encoding"]).toBe("gzip");
  expect((await get("/calm.svg")).headers["content-type"]).toMatch("image/svg+xml");
});

test("nothing else of the disk can be had", async () => {
  build();
  writeFileSync(join(consoleDir, "..", "anhu-secret.svg"), "x");
  for (const path of [
    "/.env",
    "/index.html",
    "/source.txt",
    "/assets/../index.html",
    "/assets/..%2f..%2fanhu-secret.svg",
    "/assets/%2e%2e/%2e%2e/anhu-secret.svg",
    "/assets/",
    "/assets/nothing.js",
    "/nothing.svg",
  ]) {
    const { status, headers } = await get(path);
    expect([400, 403, 404], path).toContain(status);
    expect(headers["content-type"], path).toMatch("application/problem+json");
  }
  rmSync(join(consoleDir, "..", "anhu-secret.svg"));
});

test("until it is built a page says so, and then it is there without a restart", async () => {
  const waiting = await get("/", { "accept-language": "en-GB,en;q=0.9,zh;q=0.4" });
  expect(waiting).toMatchObject({ status: 503, headers: { "cache-control": "no-store" } });
  expect(waiting.body).toMatch(/http-equiv="refresh".*The console is being built/s);
  build();
  expect((await get("/")).status).toBe(200);
});

test.each([
  ["", "zh-CN"],
  ["zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"],
  ["fr", "zh-CN"],
  ["en", "en"],
  ["zh;q=0.5, en-US;q=0.8", "en"],
])("the page that waits speaks one language: %j is %s", (accept, lang) => {
  const page = waitingPage(accept);
  expect(page).toContain(`<html lang="${lang}">`);
  expect(/[\u4e00-\u9fff]/.test(page)).toBe(lang === "zh-CN");
});
