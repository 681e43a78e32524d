import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parseChannels, readChannels } from "./config.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "anhu-channels-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const WHOLE = `
webhook:
  allow: ["http://127.0.0.1:9101/", "https://phones.example/anhu/"]
email: { host: smtp.example, port: 587, tls: starttls, user: anhu, password_file: smtp.txt, from: anhu@example.com }
`;

describe("channels.yaml", () => {
  test("is read as it is written, with the password from its own file", () => {
    writeFileSync(join(folder, "smtp.txt"), "secret\n");
    writeFileSync(join(folder, "channels.yaml"), WHOLE);
    const { allow, email, mistakes } = readChannels(folder);
    expect(mistakes).toEqual([]);
    expect(allow.map(({ href }) => href)).toEqual([
      "http://127.0.0.1:9101/",
      "https://phones.example/anhu/",
    ]);
    expect(email).toEqual({
      host: "smtp.example",
      port: 587,
      tls: "starttls",
      user: "anhu",
      password: "secret",
      from: "anhu@example.com",
    });
  });

  test("that is not there, or empty, allows nothing and is no mistake", () => {
    const nothing = { allow: [], email: null, mistakes: [] };
    expect(readChannels(folder)).toEqual(nothing);
    expect(parseChannels("", folder)).toEqual(nothing);
    expect(parseChannels("# nothing\n", folder)).toEqual(nothing);
  });

  test.each<[string, string, string]>([
    ["an unknown section", "\nsms: {}\n", "line 2: there is no section sms"],
    [
      "an unknown key",
      "webhook:\n  allow: []\n  deny: []\n",
      "line 3: there is no key webhook.deny",
    ],
    ["a missing key", "\n\nwebhook: {}\n", "line 3: webhook.allow is missing"],
    ["a wrong type", "webhook:\n  allow: http://a/\n", "line 2: webhook.allow must be array"],
    ["no address", 'webhook:\n  allow:\n    - "http://a/"\n    - phone\n', "line 4: an http://"],
    ["a password in an address", 'webhook:\n  allow: ["http://u:p@a/"]\n', "line 2: an http://"],
    ["another protocol", 'webhook:\n  allow: ["ftp://a/"]\n', "line 2: an http://"],
    [
      "a port out of range",
      "email:\n  host: a\n  port: 70000\n  tls: none\n  from: a@b\n",
      "line 3: email.port must be",
    ],
    [
      "a user without a password",
      "email: { host: a, port: 25, tls: none, user: u, from: a@b }",
      "line 1: user and password_file stand together",
    ],
    [
      "a password that cannot be read",
      "email: { host: a, port: 25, tls: tls, user: u, from: a@b,\n  password_file: none.txt }",
      "line 2: cannot be read",
    ],
    ["no YAML", "webhook: [\n", "line 2:"],
    ["a list", "- 1\n", "line 1: sections webhook and email are expected"],
  ])("with %s is named with its line", (_name, text, said) => {
    const { mistakes, email } = parseChannels(text, folder);
    expect(mistakes).toEqual([expect.stringContaining(`channels.yaml: ${said}`)]);
    expect(email).toBeNull();
  });

  test("with a mistake in one section keeps the other", () => {
    const { allow, email, mistakes } = parseChannels(
      'webhook: { allow: ["http://a/"] }\nemail: { host: a }\n',
      folder,
    );
    expect([allow.length, email, mistakes.length]).toEqual([1, null, 3]);
  });
});
