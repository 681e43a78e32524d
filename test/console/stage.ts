/** A whole system with its simulator, and Chromium in front of its console: what an end-to-end test and the pictures stand on. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { StaffRole } from "@anhu/core/facility";
import { roomCode } from "@anhu/core/people";
import { systemClock } from "@anhu/core/time";
import { connectControl } from "@anhu/firmware-sim/control";
import type { Step } from "@anhu/firmware-sim/scenarios";
import type { Role, Scope, StaffView, UserView } from "@anhu/response/api";
import { chromium } from "playwright-core";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { eventually, ownEnvironment, processesOf, startAnhu } from "../stage/anhu.ts";
import { ownPeople } from "../stage/people.ts";
import { giveEars } from "./ears.ts";

export const FACILITY = "pt-licheng-0001";
export const PASSWORD = "correct horse battery";

/** What a page is opened with. */
export interface Screen {
  readonly width: number;
  readonly height: number;
  readonly language: "zh" | "en";
  readonly shade?: "light" | "dark";
}

export const PHONE: Screen = { width: 390, height: 844, language: "zh" };
export const DESK: Screen = { width: 1280, height: 800, language: "zh" };

export interface Invitation {
  readonly login: string;
  readonly name: string;
  readonly role: Role;
  readonly scope: Scope;
  readonly person?: string;
}

/** An open page, and what went wrong on it: each is a mistake of ours. */
export interface Seat {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly wrong: string[];
}

export interface Stage {
  readonly url: string;
  readonly dataDir: string;
  /** Asks the API as this machine's own tool; gives the answer's body. Throws on a refusal. */
  readonly api: <T>(method: string, path: string, body?: object) => Promise<T>;
  /** A new account; gives the address of its one-time link. */
  readonly invite: (invitation: Invitation) => Promise<string>;
  /** The carer on duty who is nearest to a room of the third floor. */
  readonly carerOnDuty: () => Promise<StaffView>;
  /** What stands on the wall of a room. */
  readonly codeOf: (room: string) => string;
  /** Makes the simulated facility do something. */
  readonly play: (step: Step) => Promise<void>;
  /** Everybody whose phone rings for a room from now on says that they cannot come. */
  readonly refuseAll: (room: string) => Promise<void>;
  readonly open: (screen: Screen) => Promise<Seat>;
  readonly close: () => Promise<void>;
}

/** Whom the policy of a fire calls in the demo facility. */
const EVERYBODY: readonly StaffRole[] = [
  ...Array.from({ length: 6 }, () => "carer" as const),
  "head",
  "fire-lead",
  "rescue-centre",
];
const READY_MS = 60_000;
/** Seen while nobody is signed in, by who opens a used link, and when somebody types a wrong code: as meant. */
const EXPECTED = /status of (?:401|409|410|422)/;

/** Starts everything; the console is built by then. */
export async function openStage(): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), "anhu-console-"));
  const dataDir = join(folder, "data");
  const env = await ownEnvironment(dataDir);
  await ownPeople(dataDir);
  const started = await startAnhu([], env).catch((thrown: unknown) => {
    rmSync(folder, { recursive: true, force: true });
    throw thrown;
  });
  const url = `http://127.0.0.1:${env["ANHU_HTTP_PORT"]}/`;
  const built = await eventually(async () => (await fetch(url)).status === 200, READY_MS);
  if (!built) throw new Error(`the console was not built:\n${started.output()}`);
  const browser = await launch();
  const control = await connectControl(join(dataDir, "anhu.sock"), systemClock());
  const secret = (name: string): string =>
    readFileSync(join(dataDir, "secrets", name), "utf8").trim();

  async function api<T>(method: string, path: string, body?: object): Promise<T> {
    const answer = await fetch(`${url}api/v1/${path}`, {
      method,
      headers: {
        authorization: `Bearer ${secret("api-token")}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return (answer.status === 204 ? null : await answer.json()) as T;
  }

  return {
    url,
    dataDir,
    api,
    async invite(invitation) {
      const made = await api<{ user: UserView; link: string }>("POST", "users", invitation);
      return new URL(made.link, url).href;
    },
    async carerOnDuty() {
      const { items } = await api<{ items: StaffView[] }>("GET", `facilities/${FACILITY}/people`);
      const found = items.find((one) => one.on_duty && one.role === "carer" && one.floor === "f3");
      if (found === undefined) throw new Error("no carer is on duty on the third floor");
      return found;
    },
    codeOf: (room) => roomCode(secret("room-code.key"), FACILITY, room),
    async play(step) {
      const played = await control.ask("play", { step });
      if (!played.ok) throw new Error(`${played.error.reason}: ${played.error.detail}`);
    },
    async refuseAll(room) {
      const now = Date.now();
      const rules = EVERYBODY.map((role) => {
        return {
          role,
          room,
          since: now,
          answer_at: now,
          arrive_after_ms: null,
          answer: "cannot_come",
        } as const;
      });
      await control.ask("answer", { rules });
    },
    open: (screen) => openSeat(browser, url, screen),
    async close() {
      control.close();
      await browser.close();
      started.process.kill("SIGTERM");
      await started.ended;
      for (const pid of processesOf(dataDir)) process.kill(pid, "SIGKILL");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Sets a password behind a one-time link, as a person does; then the console is open. */
export async function joinBy(page: Page, link: string): Promise<void> {
  await page.goto(link);
  const passwords = page.locator("input[type=password]");
  await passwords.nth(0).fill(PASSWORD);
  await passwords.nth(1).fill(PASSWORD);
  await page.locator("button[type=submit]").click();
  await page.locator(".shell").waitFor();
}

function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: "/usr/bin/chromium",
    // As root, as continuous integration is.
    args: ["--no-sandbox", "--disable-dev-shm-usage"],
  });
}

async function openSeat(browser: Browser, url: string, screen: Screen): Promise<Seat> {
  const { width, height, language, shade = "light" } = screen;
  const small = width < 768;
  const context = await browser.newContext({
    baseURL: url,
    viewport: { width, height },
    locale: language === "zh" ? "zh-CN" : "en-GB",
    timezoneId: "Asia/Shanghai",
    colorScheme: shade,
    isMobile: small,
    hasTouch: small,
    acceptDownloads: true,
  });
  await giveEars(context);
  const page = await context.newPage();
  const wrong: string[] = [];
  page.on("pageerror", (error) => wrong.push(error.message));
  page.on("console", (message) => {
    const text = message.text();
    if (message.type() === "error" && !EXPECTED.test(text)) wrong.push(text);
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(url) && !request.url().startsWith("blob:")) {
      wrong.push(`asks elsewhere: ${request.url()}`);
    }
  });
  page.on("response", (response) => {
    if (response.status() === 403 || response.status() >= 500) {
      wrong.push(`${response.status()} ${response.url()}`);
    }
  });
  return { page, context, wrong };
}
