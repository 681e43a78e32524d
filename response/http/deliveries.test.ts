import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { notify } from "../channels/notify.ts";
import { AS_LOCAL, openTestHttp } from "../testing/http.ts";
import type { TestHttp } from "../testing/http.ts";
import { FACILITY } from "../testing/facility.ts";
import { facilityOf, noticeTo, PEOPLE_FILE } from "../testing/people.ts";

const facility = facilityOf(PEOPLE_FILE);
const own = { kind: "facility", of: FACILITY } as const;

let http: TestHttp;

beforeEach(async () => {
  http = await openTestHttp({ files: { "facility.yaml": PEOPLE_FILE } });
});
afterEach(() => http.close());

async function ask(method: "GET" | "POST", url: string, headers: object = AS_LOCAL) {
  const reply = await http.server.inject({
    method,
    url: `/api/v1/${url}`,
    headers: { ...headers },
  });
  return { status: reply.statusCode, body: reply.json() };
}

async function tell(person: string, options = { facility }) {
  await http.db
    .transaction()
    .execute((tx) => notify(tx, noticeTo(person), { ...options, now: http.clock.wall() }));
}

describe("deliveries", () => {
  test("are listed the newest first, in pages, and without what they tell", async () => {
    await tell("s-01");
    await tell("s-02");
    const first = await ask("GET", "deliveries?limit=2");
    expect(first.body.items).toMatchObject([
      { person: "s-02", channel: "webhook", state: "queued" },
      { person: "s-01", channel: "email", state: "queued" },
    ]);
    expect(JSON.stringify(first.body)).not.toMatch(/token|9101|example/);
    const rest = await ask("GET", `deliveries?limit=2&cursor=${first.body.cursor}`);
    expect(rest.body).toMatchObject({ items: [{ channel: "webhook" }], cursor: null });
    expect((await ask("GET", "deliveries?person=s-02")).body.items).toHaveLength(1);
    expect((await ask("GET", "deliveries?incident=none")).body.items).toEqual([]);
  });

  test("of other facilities are not seen", async () => {
    await tell("s-01");
    const elsewhere = { kind: "region", of: "11" } as const;
    const user = await http.addUser({ role: "inspector", scope: elsewhere });
    expect((await ask("GET", "deliveries", await http.signedIn(user))).body.items).toEqual([]);
  });
});

describe("that a page shows a delivery", () => {
  test("is said by the person whose it is, once", async () => {
    const user = await http.addUser({ role: "carer", scope: own, person: "s-02" });
    const other = await http.addUser({ role: "carer", scope: own, person: "s-01", login: "other" });
    await tell("s-02");
    const { body } = await ask("GET", "deliveries?person=s-02");
    const [webhook, page] = body.items.toReversed();
    expect(page).toMatchObject({ channel: "console" });
    await http.db
      .updateTable("deliveries")
      .set({ state: "sent" })
      .where("channel", "in", ["console", "webhook"])
      .execute();
    const shown = (id: string, as: object) => ask("POST", `deliveries/${id}/shown`, as);
    expect(await shown(page.id, await http.signedIn(other))).toMatchObject({ status: 404 });
    expect(await shown(page.id, AS_LOCAL)).toMatchObject({ status: 404 });
    const signedIn = await http.signedIn(user);
    expect(await shown(webhook.id, signedIn)).toMatchObject({ status: 404 });
    const at = http.clock.wall();
    expect(await shown(page.id, signedIn)).toMatchObject({
      status: 200,
      body: { state: "delivered", delivered_at: at },
    });
    http.clock.advance(1_000);
    expect(await shown(page.id, signedIn)).toMatchObject({ body: { delivered_at: at } });
  });
});

describe("a test call", () => {
  test("goes to every channel of the person at once", async () => {
    const path = `facilities/${FACILITY}/people/s-01/test-call`;
    const { status, body } = await ask("POST", path);
    expect(status).toBe(200);
    expect(body.items).toMatchObject([
      { channel: "webhook", state: "queued", purpose: "test_call" },
      { channel: "email", state: "queued", purpose: "test_call" },
    ]);
    expect(
      (await ask("POST", `facilities/${FACILITY}/people/s-04/test-call`)).body.items,
    ).toMatchObject([{ channel: "none", state: "failed", reason: "no_channel" }]);
  });

  test("to nobody of the staff, or by who may not, is refused", async () => {
    expect(await ask("POST", `facilities/${FACILITY}/people/s-99/test-call`)).toMatchObject({
      status: 404,
    });
    expect(await ask("POST", `facilities/other/people/s-01/test-call`)).toMatchObject({
      status: 404,
    });
    const carer = await http.addUser({ role: "carer", scope: own, person: "s-01" });
    const path = `facilities/${FACILITY}/people/s-01/test-call`;
    expect(await ask("POST", path, await http.signedIn(carer))).toMatchObject({ status: 403 });
  });
});
