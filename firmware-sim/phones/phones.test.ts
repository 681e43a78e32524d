import { createServer } from "node:http";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "@anhu/core/time";
import { openPhones } from "./index.ts";
import type { PhoneEvent } from "./model.ts";
import { facilityOn, listen, openScene, OTHER, SECRET } from "./testing/scene.ts";
import type { Posting, Scene } from "./testing/scene.ts";

let scene: Scene;

beforeEach(async () => {
  scene = await openScene();
});

afterEach(() => scene.close());

async function until(come: () => boolean): Promise<void> {
  await expect.poll(come, { interval: 5, timeout: 5_000 }).toBe(true);
}

describe("a phone", () => {
  test("shows a call that was signed for its owner, logs it, and sends the receipt", async () => {
    expect(await scene.post()).toBe(204);
    await until(() => scene.answered("shown").length === 1);
    expect(scene.received()).toMatchObject([
      {
        person: "s-01",
        role: "carer",
        purpose: "call",
        incident: "i-1",
        room: "r302",
        delivery: "d-1",
        status: 204,
        shown: true,
        reason: null,
      },
    ]);
    expect(scene.received()[0]?.at).toBeGreaterThan(Date.now() - 60_000);
    expect(scene.answered("shown")).toMatchObject([
      { delivery: "d-1", person: "s-01", status: 200, state: "acknowledged" },
    ]);
    expect(scene.answers).toEqual([{ answer: "shown", token: "t-1" }]);
  });

  test.each<[string, () => Posting]>([
    ["signed with another's secret", () => ({ secret: OTHER })],
    ["whose body was changed on the way", () => ({ signed: scene.call({ severity: "low" }) })],
    ["with an old timestamp", () => ({ at: Date.now() - 6 * 60_000 })],
    ["from the future", () => ({ at: Date.now() + 6 * 60_000 })],
  ])("refuses one %s", async (_what, posting) => {
    expect(await scene.post(posting())).toBe(401);
    expect(scene.received()).toMatchObject([
      { status: 401, shown: false, person: null, purpose: null, reason: "bad_signature" },
    ]);
    expect(scene.answers).toEqual([]);
  });

  test("refuses everything while nobody has a secret, and not any more once there is one", async () => {
    rmSync(join(scene.dir, "secrets", "webhooks.json"));
    expect(await scene.post()).toBe(401);
    scene.writeSecrets({ "pt-1/s-01": SECRET });
    expect(await scene.post()).toBe(204);
  });

  test("shows a call once, however often it comes", async () => {
    expect([await scene.post(), await scene.post(), await scene.post()]).toEqual([204, 200, 200]);
    expect(scene.received().map(({ shown }) => shown)).toEqual([true, false, false]);
    expect(scene.received()[1]).toMatchObject({ person: "s-01", reason: "seen_before" });
    expect(await scene.post({ id: "d-2", body: scene.call({ delivery: "d-2" }) })).toBe(204);
    await until(() => scene.answered("shown").length === 2);
  });

  test.each<[string, () => Posting, number, string]>([
    ["for somebody else", () => ({ body: scene.call({ person: "s-09" }) }), 400, "foreign_person"],
    ["that is no JSON", () => ({ body: "{" }), 400, "bad_json"],
    ["of another type", () => ({ body: { type: "ping", data: {} } }), 400, "bad_shape"],
    ["without answers", () => ({ body: scene.call({ answers: undefined }) }), 400, "bad_shape"],
    ["about nothing", () => ({ body: scene.call({ incident: { id: 1 } }) }), 400, "bad_shape"],
    ["for nobody", () => ({ body: scene.call({ person: undefined }) }), 400, "bad_shape"],
  ])("says what is wrong with a call %s", async (_what, posting, status, reason) => {
    expect(await scene.post(posting())).toBe(status);
    expect(scene.received()).toMatchObject([{ status, reason, shown: false }]);
  });

  test("answers nobody on other paths and by other methods, and takes no endless body", async () => {
    expect(await scene.post({ path: "/nobody" })).toBe(404);
    expect(await scene.post({ method: "GET" })).toBe(405);
    expect(await scene.post({ body: "x".repeat(100_000) })).toBe(413);
    expect(scene.received()).toEqual([]);
  });

  test("of two people knows whom a call is for; another facility's secret opens nothing", async () => {
    expect(
      await scene.post({ path: "/head?x=1", secret: OTHER, body: scene.call({ person: "s-09" }) }),
    ).toBe(204);
    expect(scene.received()).toMatchObject([{ person: "s-09", role: "head" }]);
    expect(await scene.post({ secret: OTHER })).toBe(401);
    expect(scene.phones.count).toBe(2);
  });

  test("answers nothing to an address that is not this machine's", async () => {
    await scene.post({ body: scene.call({ answer_url: "http://192.0.2.1/api/v1/answers/t" }) });
    await until(() => scene.answered("shown").length === 1);
    expect(scene.answered("shown")).toMatchObject([{ status: null, reason: "foreign_address" }]);
  });

  test("writes its log without the address that lets one answer", async () => {
    await scene.post();
    await until(() => scene.answered("shown").length === 1);
    const path = join(scene.dir, "sim", "phones.jsonl");
    const lines = () => readFileSync(path, "utf8").split("\n").slice(0, -1);
    await until(() => lines().length === 2);
    const whats = lines().map((line) => (JSON.parse(line) as PhoneEvent).what);
    expect(whats).toEqual(["received", "answered"]);
    expect(lines().join()).not.toContain("t-1");
  });
});

describe("a phone that was made to fail", () => {
  test("answers the status, and the call is new to it afterwards", async () => {
    const whole = scene.phones.fail("s-01", { fault: "status", status: 503 });
    expect([await scene.post(), await scene.post()]).toEqual([503, 503]);
    expect(scene.received()[0]).toMatchObject({ status: 503, shown: false, reason: "phone_fault" });
    if (whole.ok) whole.value();
    expect(await scene.post()).toBe(204);
  });

  test("hangs without an answer", async () => {
    scene.phones.fail("s-01", { fault: "hang" });
    await expect(scene.post()).rejects.toThrow(/timeout|aborted/);
    expect(scene.received()).toMatchObject([{ status: null, shown: false }]);
  });

  test("refuses connections, and takes them again", async () => {
    const whole = scene.phones.fail("s-01", { fault: "refuse" });
    const refused = await scene
      .post()
      .catch((thrown: unknown) => (thrown as { cause: Error }).cause);
    expect(refused).toMatchObject({ code: "ECONNREFUSED" });
    if (whole.ok) whole.value();
    await expect.poll(() => scene.post().catch(() => 0), { timeout: 5_000 }).toBe(204);
  });

  test("must be somebody's", () => {
    expect(scene.phones.fail("s-99", { fault: "hang" })).toMatchObject({
      error: { reason: "unknown_person" },
    });
  });
});

test("a port that is taken is said so", async () => {
  const taken = createServer();
  const port = await listen(taken);
  const options = { facility: facilityOn(port), dataDir: scene.dir, clock: systemClock() };
  await expect(openPhones(options)).rejects.toMatchObject({
    code: "port_taken",
    message: expect.stringContaining(String(port)),
  });
  taken.close();
});
