import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "@anhu/core/time";
import { until } from "../../testing/broker.ts";
import { deliveryTo, TOKEN } from "../../testing/delivery.ts";
import { FACILITY } from "../../testing/facility.ts";
import { openTestHttp } from "../../testing/http.ts";
import type { TestHttp } from "../../testing/http.ts";
import { noticeTo } from "../../testing/people.ts";
import { notify } from "../notify.ts";
import { describeChannel } from "../contract.ts";
import { openConsole } from "./channel.ts";

const OWN = { kind: "facility", of: FACILITY } as const;

interface Page {
  readonly notices: { delivery: string; title: { zh: string } }[];
  readonly ids: string[];
  close(): Promise<void>;
}

/** A page of the console, as a browser reads it. */
async function openPage(base: string, headers: Record<string, string>): Promise<Page> {
  const abort = new AbortController();
  const { body } = await fetch(`${base}/api/v1/stream`, { headers, signal: abort.signal });
  const notices: Page["notices"] = [];
  const ids: string[] = [];
  let greeted = false;
  const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
  const read = async () => {
    let text = "";
    for (let part = await reader?.read(); part?.done === false; part = await reader?.read()) {
      text += part.value;
      for (const [, id, name, data] of text.matchAll(/id: (\d+)\nevent: (\w+)\ndata: (.*)\n\n/g)) {
        greeted = true;
        if (name !== "notice") continue;
        notices.push(JSON.parse(data ?? ""));
        ids.push(id ?? "");
      }
      text = text.slice(text.lastIndexOf("\n\n") + 2);
    }
  };
  const ended = read().catch(() => {});
  await until(() => greeted);
  return {
    notices,
    ids,
    async close() {
      abort.abort();
      await ended;
    },
  };
}

async function stage() {
  const http = await openTestHttp({ clock: systemClock() });
  const base = await http.server.listen({ host: "127.0.0.1", port: 0 });
  const user = await http.addUser({ role: "carer", scope: OWN, person: "s-01" });
  const headers = await http.signedIn(user);
  const { host: _host, ...cookie } = headers;
  return { http, base, page: () => openPage(base, cookie) };
}

describeChannel("console", {
  unanswered: "failed",
  gaps: {
    refuse: "a page shows what it gets, or is not open",
    busy: "as above",
    silent: "taken by the stream is sent; that it is shown is the receipt",
  },
  async open() {
    const { http, page } = await stage();
    let open: Page | null = await page();
    const came: string[] = [];
    const seen = () => [...came, ...(open?.notices.map(({ delivery }) => delivery) ?? [])];
    return {
      channel: openConsole({ pages: http.pages, clock: systemClock(), timeoutMs: 300 }),
      delivery: () => deliveryTo({ channel: "console" }),
      async behave(how) {
        if (how === "away" && open !== null) {
          came.push(...open.notices.map(({ delivery }) => delivery));
          await open.close();
          open = null;
          // The server notices that it is gone.
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
        if (how === "accept") open ??= await page();
      },
      came: seen,
      secrets: [TOKEN],
      async close() {
        await open?.close();
        await http.close();
      },
    };
  },
});

describe("a notice on the console", () => {
  let http: TestHttp;
  let base: string;
  let page: () => Promise<Page>;
  const pages: Page[] = [];

  beforeEach(async () => {
    ({ http, base, page } = await stage());
  });
  afterEach(async () => {
    for (const open of pages.splice(0)) await open.close();
    await http.close();
  });

  async function opened(): Promise<Page> {
    const open = await page();
    pages.push(open);
    return open;
  }

  const send = (timeoutMs = 2_000) =>
    openConsole({ pages: http.pages, clock: systemClock(), timeoutMs }).send(
      deliveryTo({ channel: "console" }),
    );

  test("is on every page that is open", async () => {
    const both = [await opened(), await opened()];
    expect(await send()).toEqual({ result: "sent" });
    await until(() => both.every(({ notices }) => notices.length === 1));
    expect(both[0]?.notices[0]?.title.zh).toBe("302室 烟雾报警");
  });

  test("is sent to a page that opens while it waits", async () => {
    const sending = send();
    await opened();
    expect(await sending).toEqual({ result: "sent" });
  });

  test("is not for the page of another person", async () => {
    const user = await http.addUser({ role: "carer", scope: OWN, person: "s-02", login: "other" });
    const { host: _host, ...cookie } = await http.signedIn(user);
    const other = await openPage(base, cookie);
    pages.push(other);
    expect(await send(200)).toMatchObject({ reason: "not_connected" });
    expect(other.notices).toEqual([]);
  });

  test("that no page has shown is told again to the page that opens, until it is shown", async () => {
    const told = async (change: Parameters<typeof noticeTo>[1]) => {
      const [id] = await http.db
        .transaction()
        .execute((tx) =>
          notify(tx, noticeTo("s-01", change), { facility: undefined, now: Date.now() }),
        );
      return id ?? "";
    };
    const missed = await told({});
    const shown = await told({});
    await told({ purpose: "prompt", incident: "over" });
    const set = (state: "failed" | "delivered", id: string) =>
      http.db.updateTable("deliveries").set({ state }).where("id", "=", id).execute();
    await set("failed", missed);
    await set("delivered", shown);
    const open = await opened();
    await until(() => open.notices.length > 0);
    expect(open.notices.map(({ delivery }) => delivery)).toEqual([missed]);
    const again = await opened();
    await until(() => again.notices.length === 1);
  });
});
