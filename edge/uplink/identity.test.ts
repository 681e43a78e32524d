import { expect, test } from "vitest";
import { parseIdentity } from "./identity.ts";

const IDENTITY = {
  client_id: "home.gw1",
  username: "home.gw1",
  password: "secret",
  ca: null,
  host: "127.0.0.1",
  port: 1883,
};

test("an identity without a CA speaks to this machine alone", () => {
  expect(parseIdentity(JSON.stringify(IDENTITY)).ok).toBe(true);
  const remote = { ...IDENTITY, host: "anhu.example" };
  expect(parseIdentity(JSON.stringify(remote))).toMatchObject({ error: { reason: "bad_shape" } });
  expect(parseIdentity(JSON.stringify({ ...remote, ca: "PEM" })).ok).toBe(true);
});

test("what is missing is named, and what is no JSON is refused", () => {
  const { password: _password, ...rest } = IDENTITY;
  expect(parseIdentity(JSON.stringify(rest))).toMatchObject({
    error: { detail: "password is missing" },
  });
  expect(parseIdentity("{")).toMatchObject({ error: { reason: "bad_json" } });
  expect(parseIdentity("null")).toMatchObject({ error: { reason: "bad_shape" } });
});
