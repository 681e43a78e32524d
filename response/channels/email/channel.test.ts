import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "@anhu/core/time";
import { deliveryTo, TOKEN } from "../../testing/delivery.ts";
import { openFarSmtp } from "../../testing/far-smtp.ts";
import type { FarSmtp, SmtpStep } from "../../testing/far-smtp.ts";
import type { Channel, Delivery } from "../channel.ts";
import { describeChannel } from "../contract.ts";
import type { EmailConfig } from "../config.ts";
import { openEmail } from "./channel.ts";
import { mailOf } from "./message.ts";

const ADDRESS = "s-01@phones.example";

function openAt(port: number, config: Partial<EmailConfig> = {}): Channel {
  return openEmail({
    config: { host: "127.0.0.1", port, tls: "none", from: "anhu@anhu.example", ...config },
    answerPage: ({ token }) => `http://127.0.0.1:8080/#/answer/${token}`,
    languageOf: (_facility, person) => Promise.resolve(person === "s-01" ? "zh" : "en"),
    timezoneOf: () => "Asia/Shanghai",
    clock: systemClock(),
    stepMs: 400,
    timeoutMs: 2_000,
  });
}

function mail(change: Partial<Delivery> = {}): Delivery {
  return deliveryTo({ channel: "email", address: ADDRESS, ...change });
}

describeChannel("email", {
  unanswered: "retry",
  async open() {
    const far = await openFarSmtp();
    const here = openAt(far.port, { user: "anhu", password: "smtp-password" });
    const nobody = openAt(1);
    let channel = here;
    return {
      channel: {
        kind: here.kind,
        target: (to) => channel.target(to),
        send: (delivery) => channel.send(delivery),
        close: () => here.close(),
      },
      delivery: () => mail(),
      behave(how) {
        far.answers.clear();
        channel = how === "away" ? nobody : here;
        if (how === "refuse") far.answers.set("RCPT", `550 5.1.1 no ${ADDRESS} here`);
        if (how === "busy") far.answers.set("message", "451 4.3.0 later");
        if (how === "silent") far.answers.set("message", null);
      },
      came: () => far.mails.map((text) => /^X-Anhu-Delivery: (\S+)/im.exec(text)?.[1] ?? ""),
      secrets: [ADDRESS, TOKEN, "smtp-password"],
      close: () => far.close(),
    };
  },
});

describe("an e-mail", () => {
  let far: FarSmtp;
  beforeEach(async () => {
    far = await openFarSmtp();
  });
  afterEach(() => far.close());

  test.each<[SmtpStep, string, object]>([
    ["greeting", "421 4.3.2 closing", { result: "retry", reason: "mail_busy", blame: "channel" }],
    ["AUTH", "535 5.7.8 no", { result: "failed", reason: "mail_login_refused", blame: "channel" }],
    ["AUTH", "454 4.7.0 later", { result: "retry", reason: "mail_busy", blame: "channel" }],
    ["MAIL", "452 4.3.1 full", { result: "retry", reason: "mail_busy", blame: "channel" }],
    ["RCPT", "550 5.1.1 no", { result: "failed", reason: "recipient_refused", blame: "person" }],
    ["RCPT", "450 4.2.0 grey", { result: "retry", reason: "mail_busy", blame: "channel" }],
    ["message", "554 5.6.0 no", { result: "failed", reason: "mail_refused", blame: "person" }],
  ])("whose %s is answered %s is %o", async (step, answer, outcome) => {
    far.answers.set(step, answer);
    const channel = openAt(far.port, { user: "anhu", password: "p" });
    expect(await channel.send(mail())).toEqual(outcome);
  });

  test("has one message id on every try, and says that nobody reads answers", async () => {
    const channel = openAt(far.port);
    const delivery = mail();
    await channel.send(delivery);
    await channel.send(delivery);
    for (const text of far.mails) {
      expect(text).toContain(`Message-ID: <${delivery.id}@anhu.example>`);
      expect(text).toContain("Auto-Submitted: auto-generated");
      expect(text).toContain("Content-Type: text/plain; charset=utf-8");
    }
    expect(far.mails).toHaveLength(2);
  });

  test("does not go in the clear where TLS is asked for", async () => {
    const channel = openAt(far.port, { tls: "starttls", user: "anhu", password: "p" });
    expect(await channel.send(mail())).toMatchObject({ result: "retry", blame: "channel" });
    expect(far.said.filter((line) => /^(AUTH|MAIL)/.test(line))).toEqual([]);
  });

  test("is not sent without a server in channels.yaml", async () => {
    const channel = openEmail({
      config: null,
      answerPage: ({ token }) => token,
      languageOf: () => Promise.resolve("zh"),
      timezoneOf: () => "UTC",
      clock: systemClock(),
    });
    expect(await channel.send(mail())).toMatchObject({
      result: "failed",
      reason: "mail_not_configured",
    });
  });
});

describe("its text", () => {
  const page = (token: string) => `https://a/#/answer/${token}`;
  const answerPage = ({ token }: { readonly token: string }) => page(token);
  const of = (language: "zh" | "en", change: Partial<Delivery> = {}) =>
    mailOf(mail(change), { language, timezone: "Asia/Shanghai", answerPage });

  test("is in one language, says where and since when, who is coming, and where to answer", () => {
    const { subject, text } = of("zh");
    expect(subject).toBe("302室 烟雾报警");
    expect(text).toContain("请立即前往302室");
    expect(text).toContain("地点：三层，302室");
    expect(text).toContain("发生时间：2025年11月21日 22:00:00");
    expect(text).toContain("正在赶来：s-02");
    expect(text).toContain(page(TOKEN));
    expect(text).not.toMatch(/Room|Where|Since/);
    const english = of("en");
    expect(english.text).toContain("Where: Third floor, Room 302");
    expect(english.text).not.toMatch(/\p{Script=Han}/u);
  });

  test("of a summary lists each message with its own answer", () => {
    const item = (n: number) => ({
      delivery: `d-${n}`,
      purpose: "call" as const,
      incident: null,
      title: { zh: `标题${n}`, en: `Title ${n}` },
      text: { zh: "内容", en: "Text" },
      answer: { token: `t-${n}`, answers: [] },
    });
    const told = { ...deliveryTo().told, answer: null, incident: null, items: [item(1), item(2)] };
    const { text } = of("en", { purpose: "summary", told });
    expect(text).toContain(`- Title 1: Text\n  ${page("t-1")}\n- Title 2: Text\n  ${page("t-2")}`);
  });
});
