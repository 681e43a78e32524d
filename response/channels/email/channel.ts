/** E-mail by SMTP (RFC 5321): "sent" is the server's 250 after the whole message. */
import { createTransport } from "nodemailer";
import { messageOf } from "@anhu/core/errors";
import type { Clock } from "@anhu/core/time";
import { LATE, within } from "@anhu/core/time";
import type { Blame, Channel, Delivery, Outcome } from "../channel.ts";
import type { EmailConfig } from "../config.ts";
import { mailOf } from "./message.ts";
import type { AnswerPage, Language } from "./message.ts";

/** Each step of the dialogue: connection, greeting, answer. */
const STEP_MS = 5_000;
/** All of it: a server that speaks slowly holds nobody up. */
const TIMEOUT_MS = 15_000;

export interface EmailOptions {
  /** null: channels.yaml names no server. */
  readonly config: EmailConfig | null;
  readonly answerPage: AnswerPage;
  /** The language of the person's account; Chinese for somebody without one. */
  readonly languageOf: (facility: string, person: string) => Promise<Language>;
  readonly timezoneOf: (facility: string) => string;
  readonly clock: Clock;
  readonly stepMs?: number;
  readonly timeoutMs?: number;
}

/**
 * Fails for good with `mail_not_configured`, `recipient_refused` (5xx to the envelope), `mail_refused` (5xx to the message) and
 * `mail_login_refused`; is tried again after `mail_busy` (4xx), `mail_timeout` and `mail_unreachable`.
 */
export function openEmail(options: EmailOptions): Channel {
  const { config, clock, stepMs = STEP_MS, timeoutMs = TIMEOUT_MS } = options;
  const transport = config === null ? null : transportOf(config, stepMs);

  async function send(delivery: Delivery): Promise<Outcome> {
    if (transport === null || config === null) return failed("mail_not_configured", "channel");
    const { id, facility, person, severity } = delivery;
    const language = await options.languageOf(facility, person);
    const mail = mailOf(delivery, {
      language,
      timezone: options.timezoneOf(facility),
      answerPage: options.answerPage,
    });
    const sending = transport.sendMail({
      ...mail,
      from: { name: language === "zh" ? "安护" : "Anhu", address: config.from },
      to: { name: "", address: delivery.address },
      messageId: `<${id}@${config.from.split("@").at(-1) ?? "anhu"}>`,
      date: new Date(delivery.createdAt),
      headers: { "Auto-Submitted": "auto-generated", "X-Anhu-Delivery": id },
      priority: severity === "critical" || severity === "high" ? "high" : "normal",
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    try {
      const answer = await within(clock, timeoutMs, sending);
      if (answer !== LATE) return { result: "sent" };
      // It goes on to its own end; the same message id is on what may come twice.
      return { result: "retry", reason: "mail_timeout", blame: "channel" };
    } catch (thrown) {
      return outcomeOf(thrown);
    }
  }

  return {
    kind: "email",
    target: () => "",
    send,
    close() {
      transport?.close();
      return Promise.resolve();
    },
  };
}

function transportOf({ host, port, tls, user, password = "" }: EmailConfig, stepMs: number) {
  return createTransport({
    host,
    port,
    secure: tls === "tls",
    requireTLS: tls === "starttls",
    ignoreTLS: tls === "none",
    tls: { minVersion: "TLSv1.2" },
    ...(user === undefined ? {} : { auth: { user, pass: password } }),
    connectionTimeout: stepMs,
    greetingTimeout: stepMs,
    socketTimeout: stepMs,
    dnsTimeout: stepMs,
  });
}

/** The server's number decides where there is one; the text may name the person's address and is not passed on. */
function outcomeOf(thrown: unknown): Outcome {
  const { code, responseCode } = factsOf(thrown);
  if (code === "EAUTH" || code === "ENOAUTH") {
    return responseCode === undefined || responseCode >= 500
      ? failed("mail_login_refused", "channel")
      : retry("mail_busy");
  }
  if (responseCode !== undefined && responseCode >= 400 && responseCode < 500)
    return retry("mail_busy");
  if (code === "EENVELOPE") return failed("recipient_refused", "person");
  if (code === "EMESSAGE") return failed("mail_refused", "person");
  return code === "ETIMEDOUT" ? retry("mail_timeout") : retry("mail_unreachable");
}

function factsOf(thrown: unknown): {
  readonly code: unknown;
  readonly responseCode: number | undefined;
} {
  if (typeof thrown !== "object" || thrown === null) throw new TypeError(messageOf(thrown));
  const code = "code" in thrown ? thrown.code : undefined;
  const number = "responseCode" in thrown ? thrown.responseCode : undefined;
  return { code, responseCode: typeof number === "number" ? number : undefined };
}

function failed(reason: string, blame: Blame): Outcome {
  return { result: "failed", reason, blame };
}

function retry(reason: string): Outcome {
  return { result: "retry", reason, blame: "channel" };
}
