/**
 * The mailbox of a facility's people: an SMTP server on this machine that takes every e-mail, reads it as a mail program would, and
 * writes it into sim/inbox.jsonl. Nobody answers by e-mail.
 */
import { join } from "node:path";
import PostalMime from "postal-mime";
import { SMTPServer } from "smtp-server";
import type { SMTPServerDataStream, SMTPServerSession } from "smtp-server";
import { parse } from "yaml";
import { AnhuError, messageOf } from "@anhu/core/errors";
import type { Clock } from "@anhu/core/time";
import { openLines } from "../journal/index.ts";
import { isLoopbackHost } from "../phones/index.ts";

/** One line of the log. `at`: UTC ms of the simulator, when all of it was there. */
export interface Mail {
  readonly at: number;
  readonly from: string;
  /** Whom the envelope names. */
  readonly to: readonly string[];
  readonly subject: string;
  readonly message_id: string | null;
  /** At most 4,000 characters. */
  readonly text: string;
}

export type MailEvent = Mail & { readonly event: "mail" };

export interface Inbox {
  readonly port: number;
  /** Calls the listener with every e-mail until the returned function is called. */
  watch(listener: (event: MailEvent) => void): () => void;
  close(): Promise<void>;
}

export interface InboxOptions {
  readonly dataDir: string;
  readonly port: number;
  readonly clock: Clock;
}

const HOST = "127.0.0.1";
const BYTES = 1024 * 1024;
const CLIENTS = 16;
const SILENT_MS = 30_000;
const TEXT = 4_000;

/** The port of `channels.yaml` when its mail server is this machine, else undefined: then e-mail is not the simulator's. */
export function inboxPort(channels: string): number | undefined {
  const { email } = Object(parse(channels)) as { email?: unknown };
  const { host, port } = Object(email) as { host?: unknown; port?: unknown };
  if (typeof host !== "string" || !isLoopbackHost(host)) return undefined;
  return typeof port === "number" ? port : undefined;
}

/** Opens the mailbox. Throws `port_taken` or `cannot_listen`. */
export async function openInbox({ dataDir, port, clock }: InboxOptions): Promise<Inbox> {
  const log = openLines({ path: join(dataDir, "sim", "inbox.jsonl"), clock });
  const listeners = new Set<(event: MailEvent) => void>();
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["AUTH", "STARTTLS"],
    disableReverseLookup: true,
    size: BYTES,
    maxClients: CLIENTS,
    socketTimeout: SILENT_MS,
    onData: (stream, session, answer) => void take(stream, session).then(answer),
  });

  /** What to say to the sender: an error, or nothing. */
  async function take(
    stream: SMTPServerDataStream,
    session: SMTPServerSession,
  ): Promise<Error | null> {
    try {
      const mail = await read(stream, session);
      const taken = { at: clock.wall(), ...mail };
      log.append(taken);
      for (const listener of listeners) listener({ event: "mail", ...taken });
      return null;
    } catch (thrown) {
      return thrown instanceof Error ? thrown : new Error(String(thrown));
    }
  }

  try {
    await listen(server, port);
  } catch (thrown) {
    log.close();
    throw thrown;
  }
  return {
    port: (server.server.address() as { port: number }).port,
    watch(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      await new Promise<void>((closed) => {
        server.close(() => closed());
      });
      log.close();
    },
  };
}

async function read(
  stream: SMTPServerDataStream,
  session: SMTPServerSession,
): Promise<Omit<Mail, "at">> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream as AsyncIterable<Buffer>)
    if (!stream.sizeExceeded) chunks.push(chunk);
  if (stream.sizeExceeded) throw tooLarge();
  const mail = await PostalMime.parse(Buffer.concat(chunks));
  const { mailFrom, rcptTo } = session.envelope;
  return {
    from: mailFrom === false ? "" : mailFrom.address,
    to: rcptTo.map(({ address }) => address),
    subject: mail.subject ?? "",
    message_id: mail.messageId ?? null,
    text: (mail.text ?? "").slice(0, TEXT),
  };
}

/** RFC 5321, 4.2.3: 552, exceeded storage allocation. */
function tooLarge(): Error {
  return Object.assign(new Error(`over ${BYTES} bytes`), { responseCode: 552 });
}

async function listen(server: SMTPServer, port: number): Promise<void> {
  await new Promise<void>((up, down) => {
    server.once("error", (error) => down(cannotListen(port, error)));
    server.listen(port, HOST, up);
  });
  server.removeAllListeners("error");
  // A client that broke off: its e-mail was not taken, which its sender knows.
  server.on("error", () => {});
}

function cannotListen(port: number, cause: NodeJS.ErrnoException): AnhuError {
  const about = { port };
  const options = { fault: "environment", retry: false, cause, about } as const;
  if (cause.code !== "EADDRINUSE") {
    const text = `the simulated mailbox cannot listen on port ${port}: ${messageOf(cause)}`;
    return new AnhuError("cannot_listen", text, options);
  }
  const text = `port ${port} of the simulated mailbox is taken: end what listens there, or change email.port in channels.yaml`;
  return new AnhuError("port_taken", text, options);
}
