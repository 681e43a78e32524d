/** Phones of a small home, a response that takes their answers, and a sender that knows the standard. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, Server } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Webhook } from "standardwebhooks";
import type { Facility } from "@anhu/core/facility";
import { systemClock } from "@anhu/core/time";
import { openPhones } from "../index.ts";
import type { Phones } from "../index.ts";
import type { Answered, PhoneEvent, Received } from "../model.ts";

/** Of the carer s-01. */
export const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
/** Of the head s-09, and of a namesake elsewhere. */
export const OTHER = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
export const ROOM_KEY = "0b".repeat(32);

export interface Scene {
  readonly dir: string;
  readonly phones: Phones;
  readonly port: number;
  readonly events: readonly PhoneEvent[];
  /** What came to the answer's address; its last part is the token. */
  readonly answers: readonly { answer: string; code?: string; token: string }[];
  /** What response says to answers. */
  say: { status: number; body: object };
  received(): readonly Received[];
  answered(answer: string): readonly Answered[];
  answerUrl(token: string): string;
  /** A call for s-01. */
  call(over?: object): object;
  post(posting?: Posting): Promise<number>;
  writeSecrets(secrets: Readonly<Record<string, string>>): void;
  close(): Promise<void>;
}

export interface Posting {
  readonly id?: string;
  readonly secret?: string;
  readonly at?: number;
  readonly path?: string;
  readonly body?: object | string;
  /** The body that the signature was made of. */
  readonly signed?: object;
  readonly method?: string;
}

export async function openScene(): Promise<Scene> {
  const dir = mkdtempSync(join(tmpdir(), "anhu-phones-"));
  mkdirSync(join(dir, "secrets"));
  const writeSecrets = (secrets: Readonly<Record<string, string>>) =>
    writeFileSync(join(dir, "secrets", "webhooks.json"), JSON.stringify(secrets));
  writeSecrets({ "pt-1/s-01": SECRET, "pt-1/s-09": OTHER, "pt-2/s-01": OTHER });
  writeFileSync(join(dir, "secrets", "room-code.key"), `${ROOM_KEY}\n`);
  const port = await freePort();
  const phones = await openPhones({
    facility: facilityOn(port),
    dataDir: dir,
    clock: systemClock(),
  });
  const events: PhoneEvent[] = [];
  phones.watch((event) => events.push(event));
  const answers: { answer: string; code?: string; token: string }[] = [];
  const response = createServer((request, reply) => {
    void readText(request).then((body) => {
      const token = (request.url ?? "").split("/").at(-1) ?? "";
      answers.push({ ...(JSON.parse(body) as { answer: string }), token });
      return reply.writeHead(scene.say.status).end(JSON.stringify(scene.say.body));
    });
  });
  const responsePort = await listen(response);
  const answerUrl = (token: string) => `http://127.0.0.1:${responsePort}/api/v1/answers/${token}`;
  const call = (over: object = {}) => ({
    type: "anhu.call",
    timestamp: "2026-11-22T02:10:00Z",
    data: { ...CALL, answer_url: answerUrl("t-1"), ...over },
  });
  const scene: Scene = {
    dir,
    phones,
    port,
    events,
    answers,
    say: { status: 200, body: { state: "acknowledged" } },
    received: () =>
      events.filter((event): event is PhoneEvent & Received => event.what === "received"),
    answered: (answer) =>
      events
        .filter((event): event is PhoneEvent & Answered => event.what === "answered")
        .filter((event) => event.answer === answer),
    answerUrl,
    call,
    post: (posting = {}) => post(port, { body: call(), ...posting }),
    writeSecrets,
    async close() {
      await phones.close();
      response.closeAllConnections();
      response.close();
      rmSync(dir, { recursive: true });
    },
  };
  return scene;
}

/** Two carers share a phone; the centre and the doctor have none here. */
export function facilityOn(port: number): Facility {
  const phone = (path: string) => [{ webhook: `http://127.0.0.1:${port}${path}` }];
  return {
    facility: { id: "pt-1" } as Facility["facility"],
    staff: [
      { id: "s-01", role: "carer", channels: phone("/carer") },
      { id: "s-02", role: "carer", channels: phone("/carer") },
      { id: "s-09", role: "head", channels: phone("/head?x=1") },
      { id: "s-10", role: "rescue-centre", channels: [{ webhook: "https://centre.example/" }] },
      { id: "s-11", role: "doctor", channels: [{ email: "doctor@anhu.example" }] },
    ],
  } as Partial<Facility> as Facility;
}

/** Listens on a free port of this machine. */
export async function listen(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

const CALL = {
  delivery: "d-1",
  purpose: "call",
  person: "s-01",
  role: "carer",
  facility: "pt-1",
  drill: false,
  severity: "critical",
  title: { zh: "302室烟雾报警", en: "Smoke in room 302" },
  text: { zh: "", en: "" },
  incident: { id: "i-1", kind: "fire", class: "alarm", state: "raised", room: "r302" },
  coming: [],
  answers: ["shown", "coming", "cannot_come", "arrived"],
};

async function post(port: number, posting: Posting): Promise<number> {
  const { id = "d-1", secret = SECRET, at = Date.now(), path = "/carer", method } = posting;
  const { body: wanted, signed } = posting;
  const body = typeof wanted === "string" ? wanted : JSON.stringify(wanted);
  const sealed = signed === undefined ? body : JSON.stringify(signed);
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
    method: method ?? "POST",
    headers: {
      "webhook-id": id,
      "webhook-timestamp": String(Math.floor(at / 1000)),
      "webhook-signature": new Webhook(secret).sign(id, new Date(at), sealed),
    },
    ...(method === "GET" ? {} : { body }),
    signal: AbortSignal.timeout(1_000),
  });
  return answer.status;
}

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  server.close();
  await once(server, "close");
  return port;
}

async function readText(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return text;
}
