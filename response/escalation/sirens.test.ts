/** Sirens that say "nobody answers" say so only as long as nobody does. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { addCommand } from "../store/commands.ts";
import { isUnanswered } from "../store/sirens.ts";
import { HOME } from "../testing/home.ts";
import { CODE_302, FIRE, NIGHT, openHome } from "./story.ts";
import type { Home } from "./story.ts";

let home: Home;
beforeEach(async () => {
  home = await openHome();
});
afterEach(() => home.close());

const GAS = `${HOME}.gas.all.${NIGHT}`;
const END = { gateway: "gw1", verb: "siren", args: { tone: "unanswered", seconds: 0 } };

describe("nobody has answered", () => {
  beforeEach(async () => {
    await home.alarm();
    await home.pass(176);
  });

  test("then somebody is coming: the sirens say it no more", async () => {
    expect(await commands()).toEqual([]);
    await home.says("c-302", "coming");
    expect(await commands()).toMatchObject([END]);
    await home.says("c-306", "coming");
    await home.says("c-302", "arrived", CODE_302);
    await home.clear();
    expect(await commands()).toHaveLength(1);
  });

  test("a command to sound that is under way is not sent again behind the one that ends it", async () => {
    const sound = { ...END, args: { ...END.args, seconds: 60 } };
    const draft = { ...sound, facility: HOME, incident: FIRE, by: "response" };
    const expiresAt = home.clock.wall() + 5_000;
    const now = home.clock.wall();
    await home.db.transaction().execute((tx) => addCommand(tx, { ...draft, expiresAt }, now));
    await home.says("c-302", "coming");
    expect(await commands()).toMatchObject([{ ...sound, state: "expired" }, END]);
  });

  test("one that is not recorded yet when somebody answers never is", async () => {
    const isSounded = () =>
      home.db.transaction().execute((tx) => isUnanswered(tx, { facility: HOME, incident: FIRE }));
    expect(await isSounded()).toBe(true);
    await home.says("c-302", "coming");
    expect(await isSounded()).toBe(false);
  });

  test("a promise that is not kept sounds them again, and the next one ends that too", async () => {
    await home.says("c-302", "coming");
    await home.pass(120);
    expect(await home.told()).toContain("296 gw1 unanswered");
    await home.says("c-306", "coming");
    expect(await commands()).toMatchObject([END, END]);
  });

  test("it is over without an answer: the end of it is told too", async () => {
    await home.clear();
    expect(await commands()).toMatchObject([END]);
  });

  test("of another fire either: the sirens go on until that is answered", async () => {
    await home.alarm({ event: GAS, rule: "gas-alarm", device: "gas-1" });
    await home.pass(176);
    await home.says("c-302", "coming");
    await home.does("c-302", { do: "acknowledge" }, FIRE);
    await home.does("c-302", { do: "acknowledge" }, GAS);
    expect(await home.state(FIRE)).toBe("acknowledged");
    expect(await commands()).toHaveLength(1);
  });
});

test("a severity that rose sounds them; who answers ends it", async () => {
  await home.alarm({ rule: "electrical-fire-alarm", device: "ef-1", severity: "high" });
  await home.alarm();
  await home.says("c-302", "coming");
  expect(await commands()).toMatchObject([END]);
});

test("where no siren said it, none is told of an answer", async () => {
  await home.alarm();
  await home.says("c-302", "coming");
  expect(await commands()).toEqual([]);
});

test("a drill sounds no siren, whoever answers", async () => {
  await home.alarm({ drill: true });
  await home.pass(176);
  const told = await home.told();
  expect(told).toContain("175 c-302 unanswered (drill)");
  expect(told).not.toContain("175 gw1 unanswered (drill)");
});

async function commands(): Promise<readonly unknown[]> {
  const rows = await home.db.selectFrom("commands").selectAll().orderBy("position").execute();
  return rows.map((row) => ({ ...row, args: JSON.parse(row.args) as unknown }));
}
