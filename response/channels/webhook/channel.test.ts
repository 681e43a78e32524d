import { Webhook } from "standardwebhooks";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "@anhu/core/time";
import { deliveryTo, TOKEN } from "../../testing/delivery.ts";
import { openFarHttp, status } from "../../testing/far-http.ts";
import type { FarHttp } from "../../testing/far-http.ts";
import { FACILITY } from "../../testing/facility.ts";
import type { Channel } from "../channel.ts";
import { describeChannel } from "../contract.ts";
import { openWebhook } from "./channel.ts";
import { allowedTarget } from "./target.ts";

const SECRET = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;

const SECRETS = {
  get: (facility: string, person: string) =>
    facility === FACILITY && person === "s-01" ? SECRET : undefined,
};

function openFor(allow: string): Channel {
  return openWebhook({
    allow: [new URL(allow)],
    secrets: SECRETS,
    answerUrl: ({ token, delivery }) =>
      `http://127.0.0.1:8080/api/v1/answers/${token}?d=${delivery}`,
    clock: systemClock(),
    timeoutMs: 400,
  });
}

describeChannel("webhook", {
  unanswered: "retry",
  async open() {
    const far = await openFarHttp();
    const prefix = `http://127.0.0.1:${far.port}/`;
    let address = `${prefix}phone-of-s-01`;
    const away = `http://127.0.0.1:1/`;
    return {
      channel: openWebhook({
        allow: [new URL(prefix), new URL(away)],
        secrets: SECRETS,
        answerUrl: ({ token }) => `http://127.0.0.1:8080/api/v1/answers/${token}`,
        clock: systemClock(),
        timeoutMs: 400,
      }),
      delivery: () => deliveryTo({ address }),
      behave(how) {
        address = how === "away" ? away : `${prefix}phone-of-s-01`;
        const answers = { accept: status(200), refuse: status(404), busy: status(503) };
        far.answer = how === "silent" || how === "away" ? null : answers[how];
      },
      came: () => far.came.map(({ headers }) => String(headers["webhook-id"])),
      secrets: ["phone-of-s-01", "127.0.0.1", TOKEN, SECRET],
      close: () => far.close(),
    };
  },
});

describe("a webhook", () => {
  let far: FarHttp;
  let channel: Channel;
  let address: string;

  beforeEach(async () => {
    far = await openFarHttp();
    address = `http://127.0.0.1:${far.port}/phone`;
    channel = openFor(`http://127.0.0.1:${far.port}/`);
  });
  afterEach(() => far.close());

  test("is signed as Standard Webhooks says, and carries what a phone needs", async () => {
    const delivery = deliveryTo({ address });
    await channel.send(delivery);
    const [came] = far.came;
    const { headers, body = "" } = came ?? {};
    const verified = new Webhook(SECRET).verify(body, headers as Record<string, string>);
    expect(verified).toEqual({
      type: "anhu.call",
      timestamp: new Date(delivery.createdAt).toISOString(),
      data: {
        delivery: delivery.id,
        purpose: "call",
        person: "s-01",
        role: "carer",
        facility: FACILITY,
        drill: false,
        severity: "critical",
        title: delivery.told.title,
        text: delivery.told.text,
        incident: delivery.told.incident,
        coming: [{ person: "s-02", role: "nurse" }],
        answers: ["shown", "coming"],
        answer_url: `http://127.0.0.1:8080/api/v1/answers/${TOKEN}?d=${delivery.id}`,
      },
    });
    expect(headers?.["content-type"]).toBe("application/json");
  });

  test.each([
    [200, { result: "sent" }],
    [202, { result: "sent" }],
    [299, { result: "sent" }],
    [301, { result: "failed", reason: "target_redirects" }],
    [304, { result: "failed", reason: "target_redirects" }],
    [400, { result: "failed", reason: "target_refused" }],
    [401, { result: "failed", reason: "target_refused" }],
    [410, { result: "failed", reason: "target_gone" }],
    [429, { result: "retry", reason: "target_busy" }],
    [500, { result: "retry", reason: "target_error" }],
    [503, { result: "retry", reason: "target_error" }],
  ])("that is answered %d is %o", async (code, outcome) => {
    far.answer = status(code);
    expect(await channel.send(deliveryTo({ address }))).toMatchObject(outcome);
  });

  test("is not sent on to where it is redirected", async () => {
    far.answer = status(307, { location: `http://127.0.0.1:${far.port}/elsewhere` });
    await channel.send(deliveryTo({ address }));
    expect(far.came.map(({ url }) => url)).toEqual(["/phone"]);
  });

  test("tells how long the far end asks to wait, in seconds or as a date", async () => {
    far.answer = status(429, { "retry-after": "7" });
    expect(await channel.send(deliveryTo({ address }))).toMatchObject({ afterMs: 7_000 });
    const at = new Date(Date.now() + 20_000).toUTCString();
    far.answer = status(503, { "retry-after": at });
    const { afterMs = 0 } = (await channel.send(deliveryTo({ address }))) as { afterMs?: number };
    expect(afterMs).toBeGreaterThan(15_000);
    far.answer = status(503, { "retry-after": "soon" });
    expect(await channel.send(deliveryTo({ address }))).not.toHaveProperty("afterMs");
  });

  test("does not wait for the rest of an answer, however long it is", async () => {
    far.answer = (reply) => {
      reply.writeHead(200);
      const more = () => {
        while (!reply.destroyed && reply.write("x".repeat(65_536)));
      };
      reply.on("drain", more).on("error", () => {});
      more();
    };
    expect(await channel.send(deliveryTo({ address }))).toEqual({ result: "sent" });
  });

  test("without a secret, or to what is not listed, asks nobody", async () => {
    expect(await channel.send(deliveryTo({ address, person: "s-02" }))).toMatchObject({
      result: "failed",
      reason: "no_secret",
    });
    expect(await openFor("http://127.0.0.1:1/").send(deliveryTo({ address }))).toMatchObject({
      result: "failed",
      reason: "target_not_allowed",
    });
    expect(far.came).toEqual([]);
  });
});

describe("the allow-list", () => {
  const allow = [new URL("https://phones.example/anhu/"), new URL("http://127.0.0.1:9101/phone")];

  test.each([
    "https://phones.example/anhu/s-01?x=1",
    "http://127.0.0.1:9101/phone/1",
    "http://127.0.0.1:9101/phone",
  ])("lets %s through", (address) => expect(allowedTarget(address, allow)?.href).toBe(address));

  test.each([
    "http://phones.example/anhu/s-01",
    "https://phones.example:8443/anhu/s-01",
    "https://phones.example/anhu",
    "https://phones.example/anhu/../admin",
    "https://phones.example/anhu/%2e%2e/admin",
    "https://phones.example/anhu/..%2fadmin",
    "https://phones.example/anhu/..%5cadmin",
    "https://phones.example.evil.example/anhu/s-01",
    "https://phones.example@evil.example/anhu/s-01",
    "https://user@phones.example/anhu/s-01",
    "http://127.0.0.1:9101/phones",
    "http://127.0.0.1:91011/phone",
    "http://localhost:9101/phone",
    "http://169.254.169.254/anhu/",
    "file:///anhu/",
    "nonsense",
    "",
  ])("stops %s", (address) => expect(allowedTarget(address, allow)).toBeNull());
});
