import { ok, refuse } from "@anhu/core/result";
import type { ClockSource } from "@anhu/core/wire";
import { expect, test } from "vitest";
import { Commands } from "./commands.ts";
import type { Verb } from "./commands.ts";

const NOW = 1_000;

function start(source: ClockSource = "ntp"): { commands: Commands; ran: string[] } {
  const ran: string[] = [];
  const verbs = new Map<string, Verb>([
    [
      "sound",
      (args) => {
        ran.push(String(args["tone"]));
        return ok("sounding");
      },
    ],
    ["fail", () => refuse("no_siren", "there is none")],
  ]);
  return { ran, commands: new Commands({ now: () => ({ wall: NOW, source }), verbs }) };
}

function command(verb: string, expires_at = NOW): Uint8Array {
  return Buffer.from(JSON.stringify({ v: 1, id: "c1", expires_at, verb, args: { tone: "fire" } }));
}

test("a command in time is run and answered", async () => {
  const { commands, ran } = start();
  expect(await commands.receive(command("sound"))).toEqual({
    id: "c1",
    ok: true,
    detail: "sounding",
  });
  expect(ran).toEqual(["fire"]);
});

test("a late one is dropped and answered so", async () => {
  const { commands, ran } = start();
  const reply = await commands.receive(command("sound", NOW - 1));
  expect(reply).toEqual({ id: "c1", ok: false, detail: "expired" });
  expect(ran).toEqual([]);
});

test("without a trusted clock every one is late", async () => {
  const { commands } = start("none");
  expect(await commands.receive(command("sound"))).toMatchObject({ ok: false });
});

test("one that comes twice acts once and is answered twice", async () => {
  const { commands, ran } = start();
  await commands.receive(command("sound"));
  expect(await commands.receive(command("sound"))).toMatchObject({ ok: true });
  expect(ran).toEqual(["fire"]);
});

test("a verb that is unknown or fails is answered with its reason; what is no command is not answered", async () => {
  expect(await start().commands.receive(command("dance"))).toMatchObject({
    detail: "unknown_verb",
  });
  expect(await start().commands.receive(command("fail"))).toMatchObject({
    ok: false,
    detail: "no_siren: there is none",
  });
  expect(start().commands.receive(Buffer.from("{}"))).toBeUndefined();
});
