import { expect, test } from "vitest";
import { isGone, mayReload } from "./reload.ts";

test.each([
  "Failed to fetch dynamically imported module: http://127.0.0.1:8080/assets/people-1.js",
  "error loading dynamically imported module: http://127.0.0.1:8080/assets/people-1.js",
  "Importing a module script failed.",
  "Unable to preload CSS for /assets/people-1.css",
])("%s: the console was updated meanwhile", (message) => {
  expect(isGone(new TypeError(message))).toBe(true);
});

test("a mistake of ours is none of that", () => {
  expect(isGone(new TypeError("Cannot read properties of undefined"))).toBe(false);
  expect(isGone("x")).toBe(false);
});

test("a page is loaded anew at most once in half a minute, also when the clock is put back", () => {
  const kept = new Map<string, string>();
  const memory = {
    read: (name: string) => kept.get(name) ?? null,
    keep: (name: string, text: string) => void kept.set(name, text),
  };
  expect(mayReload(memory, 100_000)).toBe(true);
  expect(mayReload(memory, 129_999)).toBe(false);
  expect(mayReload(memory, 130_000)).toBe(true);
  expect(mayReload(memory, 50_000)).toBe(true);
});
