/** What is delivered to a browser. */
import { spawnSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { beforeAll, expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const DIST = `${ROOT}/console/dist`;
/** assumption: within three seconds on a slow mobile network (1 Mbit/s). */
const FIRST_LOAD_BYTES = 300 * 1024;

beforeAll(() => void build(), 120_000);

test("a console of the same source is not built again", () => {
  expect(build()).toContain("fresh");
});

test("the page has no script, style or handler of its own: the policy would refuse them", () => {
  const page = readFileSync(`${DIST}/index.html`, "utf8");
  expect(page).toContain("<head>");
  expect(page).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\son[a-z]+=|javascript:/i);
});

test("a phone's first load is small", () => {
  const page = readFileSync(`${DIST}/index.html`, "utf8");
  const files = [...page.matchAll(/(?:src|href)="\.\/(assets\/[^"]+)"/g)].map(
    ([, path = ""]) => path,
  );
  expect(files.length).toBeGreaterThan(2);
  const bytes = files.map((path) => gzipSync(readFileSync(`${DIST}/${path}`)).length);
  expect(bytes.reduce((sum, one) => sum + one, 0)).toBeLessThan(FIRST_LOAD_BYTES);
});

test("nothing is asked of anybody else: no font, no picture, no script from elsewhere", () => {
  for (const path of globSync("assets/*.css", { cwd: DIST })) {
    expect(readFileSync(`${DIST}/${path}`, "utf8"), path).not.toMatch(/url\(|@import/);
  }
  // Addresses in the scripts are names of formats and of manuals; that none is asked for is held by the end-to-end tests.
  const page = readFileSync(`${DIST}/index.html`, "utf8");
  expect(page).not.toMatch(/https?:/);
});

function build(): string {
  const done = spawnSync(process.execPath, ["console/build.ts"], { cwd: ROOT, encoding: "utf8" });
  return done.stdout + done.stderr;
}
