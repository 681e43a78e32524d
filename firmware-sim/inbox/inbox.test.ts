import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { systemClock } from "@anhu/core/time";
import { inboxPort, openInbox } from "./index.ts";
import type { Inbox, MailEvent } from "./index.ts";

const clock = systemClock();
let dir: string;
let inbox: Inbox;
let mails: MailEvent[];

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), "anhu-inbox-"));
  mails = [];
  inbox = await openInbox({ dataDir: dir, port: 0, clock });
  inbox.watch((mail) => mails.push(mail));
});

afterEach(async () => {
  await inbox.close();
  rmSync(dir, { recursive: true });
});

/** Speaks SMTP line by line (RFC 5321) and returns the server's last answer. */
async function send(message: string): Promise<string> {
  const socket = connect(inbox.port, "127.0.0.1");
  const lines: string[] = [];
  socket.setEncoding("utf8").on("data", (text: string) => lines.push(...text.split("\r\n")));
  const said = async (code: string) => {
    const come = () => lines.some((line) => line.startsWith(`${code} `));
    await expect.poll(come, { interval: 5 }).toBe(true);
  };
  const ask = async (line: string, code: string) => {
    lines.length = 0;
    socket.write(`${line}\r\n`);
    await said(code);
  };
  await said("220");
  await ask("EHLO test", "250");
  await ask("MAIL FROM:<anhu@anhu.example>", "250");
  await ask("RCPT TO:<head@anhu.example>", "250");
  await ask("DATA", "354");
  lines.length = 0;
  socket.write(`${message}\r\n.\r\n`);
  await expect.poll(() => lines.length, { interval: 5, timeout: 10_000 }).toBeGreaterThan(0);
  const [answer = ""] = lines;
  socket.end("QUIT\r\n");
  await once(socket, "close");
  return answer;
}

test("an e-mail is taken, read as a mail program reads it, and logged", async () => {
  const message = [
    "From: Anhu <anhu@anhu.example>",
    "To: head@anhu.example",
    "Subject: =?utf-8?B?MzAy5a6k54Of6Zu+5oql6K2m?=",
    "Message-ID: <d-1@anhu.example>",
    "MIME-Version: 1.0",
    "Content-Type: text/plain; charset=utf-8",
    "Content-Transfer-Encoding: base64",
    "",
    "5LiJ5bGC77yMMzAy5a6k44CC",
  ].join("\r\n");
  expect(await send(message)).toMatch(/^250 /);
  expect(mails).toMatchObject([
    {
      event: "mail",
      from: "anhu@anhu.example",
      to: ["head@anhu.example"],
      subject: "302室烟雾报警",
      message_id: "<d-1@anhu.example>",
      text: expect.stringContaining("三层，302室。"),
    },
  ]);
  await inbox.close();
  const log = readFileSync(join(dir, "sim", "inbox.jsonl"), "utf8");
  expect(JSON.parse(log)).toMatchObject({ subject: "302室烟雾报警", at: mails[0]?.at });
  inbox = await openInbox({ dataDir: dir, port: 0, clock });
});

test("one over 1 MiB is refused for good", async () => {
  expect(await send("x".repeat(1_100_000))).toMatch(/^552 /);
  expect(mails).toEqual([]);
});

test("a port that is taken is said so", async () => {
  const taken = createServer();
  taken.listen(0, "127.0.0.1");
  await once(taken, "listening");
  const { port } = taken.address() as AddressInfo;
  await expect(openInbox({ dataDir: dir, port, clock })).rejects.toMatchObject({
    code: "port_taken",
  });
  taken.close();
});

test("the port stands in channels.yaml, when its mail server is this machine", () => {
  const demo = readFileSync(new URL("../demo/channels.yaml", import.meta.url), "utf8");
  expect(inboxPort(demo)).toBe(9125);
  expect(inboxPort("email: { host: localhost, port: 2525 }")).toBe(2525);
  expect(inboxPort("email: { host: smtp.example.cn, port: 25 }")).toBeUndefined();
  expect(inboxPort("webhook: { allow: [] }")).toBeUndefined();
  expect(inboxPort("")).toBeUndefined();
});
