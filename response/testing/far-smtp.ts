/** A mail server in this process that speaks as told (RFC 5321, line by line). */
import { createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";

/** The steps of the dialogue that can be answered otherwise. */
export type SmtpStep = "greeting" | "EHLO" | "AUTH" | "MAIL" | "RCPT" | "DATA" | "message";

export interface FarSmtp {
  readonly port: number;
  /** Messages that were accepted, as they came. */
  readonly mails: readonly string[];
  /** Lines that clients sent, without messages. */
  readonly said: readonly string[];
  /** Another answer than the usual one; null: none at all. */
  readonly answers: Map<SmtpStep, string | null>;
  close(): Promise<void>;
}

const USUAL: Readonly<Record<SmtpStep, string>> = {
  greeting: "220 far.example ESMTP",
  EHLO: "250-far.example\r\n250 AUTH PLAIN LOGIN",
  AUTH: "235 2.7.0 welcome",
  MAIL: "250 2.1.0 ok",
  RCPT: "250 2.1.5 ok",
  DATA: "354 go on",
  message: "250 2.0.0 taken",
};

export async function openFarSmtp(): Promise<FarSmtp> {
  const mails: string[] = [];
  const said: string[] = [];
  const answers = new Map<SmtpStep, string | null>();
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket)).on("error", () => socket.destroy());
    let text = "";
    let isMessage = false;
    const say = (step: SmtpStep) => {
      const answer = answers.has(step) ? answers.get(step) : USUAL[step];
      if (answer !== null) socket.write(`${answer}\r\n`);
      return answer ?? "";
    };
    say("greeting");
    socket.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
      for (;;) {
        const end = text.indexOf(isMessage ? "\r\n.\r\n" : "\r\n");
        if (end < 0) return;
        const line = text.slice(0, end);
        text = text.slice(end + (isMessage ? 5 : 2));
        if (isMessage) {
          isMessage = false;
          if (say("message").startsWith("250")) mails.push(line);
          continue;
        }
        said.push(line);
        const verb = line.split(" ", 1)[0]?.toUpperCase() ?? "";
        if (verb === "QUIT") socket.end("221 bye\r\n");
        else if (verb === "DATA") isMessage = say("DATA").startsWith("354");
        else if (verb in USUAL) say(verb as SmtpStep);
        else socket.write("502 what?\r\n");
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    mails,
    said,
    answers,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
