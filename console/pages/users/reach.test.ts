import { expect, test } from "vitest";
import { isOwnMachine } from "./reach.ts";

test("an address that only this machine answers at is of no use to a phone", () => {
  for (const url of ["http://127.0.0.1:8080", "http://localhost", "http://[::1]:8080"]) {
    expect(isOwnMachine(new URL(url).hostname), url).toBe(true);
  }
});

test("every other address gets its code to scan", () => {
  for (const url of ["https://192.168.1.10:8443", "https://anhu.example", "http://127.example"]) {
    expect(isOwnMachine(new URL(url).hostname), url).toBe(false);
  }
});
