/**
 * `node test/console/shots.ts DIR`: pictures of every page of the console, in both languages, of a phone and of a desk, by day and by
 * night, on the whole running system: calm, with alarms of every kind, with a call, unanswered, and to the end. Takes five minutes: nobody
 * answers the fire for three of them. Exit 0: all were made, and no page complained.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { openActs } from "./acts.ts";
import type { Acts } from "./acts.ts";
import { openCrowd } from "./crowd.ts";
import type { Crowd } from "./crowd.ts";
import { FACILITY, openStage } from "./stage.ts";
import type { Seat, Stage } from "./stage.ts";

const UNANSWERED_MS = 240_000;

const [, , folder] = process.argv;
if (folder === undefined) {
  console.error("usage: node test/console/shots.ts DIR");
  process.exit(2);
}
mkdirSync(folder, { recursive: true });

const stage = await openStage();
try {
  const crowd = await openCrowd(stage);
  await calm(stage, crowd);
  const acts = openActs(stage);
  await acts.past();
  await acts.beside();
  await pages(crowd);
  await acts.fire();
  await fire(crowd, acts);
  await acts.attend();
  await unanswered(crowd);
  await toTheEnd(stage, crowd, acts);
  await colleague(crowd, acts);
  const wrong = crowd.wrong();
  for (const one of wrong) console.error(one);
  process.exitCode = wrong.length === 0 ? 0 : 1;
} finally {
  await stage.close();
}

/** Nobody is signed in, and nothing has happened. */
async function calm({ url }: Stage, { seats, doors, invitation }: Crowd): Promise<void> {
  for (const { seat, tag } of doors) {
    await shot(seat, `sign-in-${tag}`, `${url}#/`);
    await shot(seat, `join-${tag}`, invitation);
    await shot(seat, `join-over-${tag}`, `${url}#/join/0000000000000000`);
    await shot(seat, `answer-${tag}`, `${url}#/answer/00000000?can=coming,cannot_come,arrived`);
  }
  for (const { seat, tag } of seats("carer")) await shot(seat, `carer-calm-${tag}`, "#/alarms");
}

/** Every page, while small things are in alarm. */
async function pages({ seats }: Crowd): Promise<void> {
  const f = `#/f/${FACILITY}`;
  for (const { seat, tag } of seats("manager")) {
    const at = (name: string, path: string): Promise<void> =>
      shot(seat, `manager-${name}-${tag}`, path);
    await at("alarms", "#/alarms");
    await at("overview", `${f}/overview`);
    await at("room", `${f}/rooms/r302`);
    await at("devices", `${f}/devices`);
    await at("devices-trouble", `${f}/devices?trouble=1`);
    await at("device", `${f}/devices/radar-302`);
    await at("device-testing", `${f}/devices/gas-kitchen`);
    await at("people", `${f}/people`);
    await at("history", "#/history");
    await at("history-none", "#/history?severity=critical&state=closed&kind=water");
    await at("deliveries", `${f}/deliveries`);
    await at("users", "#/users");
    await at("plates", `${f}/plates`);
    await at("ledger", "#/ledger");
    await at("me", "#/me");
    await seat.page.goto("#/users");
    await seat.page.locator(".page-head-more .ant-btn").click();
    await shot(seat, `manager-invite-${tag}`);
    await seat.page.keyboard.press("Escape");
  }
  for (const { seat, tag } of seats("inspector")) {
    await shot(seat, `inspector-facilities-${tag}`, "#/facilities");
    await shot(seat, `inspector-history-${tag}`, "#/history");
    await shot(seat, `inspector-overview-${tag}`, `${f}/overview`);
    await shot(seat, `inspector-ledger-${tag}`, "#/ledger");
    await seat.page.goto("#/history");
    await seat.page.locator(".incident-row").last().click();
    await shot(seat, `inspector-incident-${tag}`);
  }
  for (const { seat, tag } of seats("rescue")) {
    await shot(seat, `rescue-alarms-${tag}`, "#/alarms");
    await shot(seat, `rescue-facilities-${tag}`, "#/facilities");
  }
  for (const { seat, tag } of seats("administrator")) {
    await shot(seat, `administrator-users-${tag}`, "#/users");
    await shot(seat, `administrator-facilities-${tag}`, "#/facilities");
  }
  for (const { seat, tag } of seats("carer")) {
    await shot(seat, `carer-history-${tag}`, "#/history");
    await shot(seat, `carer-people-${tag}`, `${f}/people`);
    await shot(seat, `carer-me-${tag}`, "#/me");
  }
}

/** It burns, and people are called. */
async function fire({ seats }: Crowd, acts: Acts): Promise<void> {
  for (const { seat, tag } of seats("carer")) {
    await seat.page.goto("#/alarms");
    await seat.page.getByRole("alertdialog").waitFor({ timeout: 20_000 });
    await shot(seat, `carer-call-${tag}`);
    await seat.page.locator(".notice-foot .ant-btn").last().click();
    await shot(seat, `carer-alarms-${tag}`, "#/alarms");
    await shot(seat, `carer-incident-${tag}`, acts.fireAt());
  }
  for (const { seat, tag } of seats("manager")) {
    await shot(seat, `manager-alarms-fire-${tag}`, "#/alarms");
    await shot(seat, `manager-overview-fire-${tag}`, `#/f/${FACILITY}/overview`);
    await shot(seat, `manager-incident-${tag}`, acts.fireAt());
  }
  for (const { seat, tag } of seats("rescue"))
    await shot(seat, `rescue-incident-${tag}`, acts.fireAt());
  for (const { seat, tag } of seats("night")) {
    await shot(seat, `night-alarms-${tag}`, "#/alarms");
    await shot(seat, `night-overview-${tag}`, `#/f/${FACILITY}/overview`);
    await shot(seat, `night-devices-${tag}`, `#/f/${FACILITY}/devices`);
    await shot(seat, `night-device-${tag}`, `#/f/${FACILITY}/devices/radar-302`);
    await shot(seat, `night-people-${tag}`, `#/f/${FACILITY}/people`);
    await shot(seat, `night-history-${tag}`, "#/history");
    await shot(seat, `night-incident-${tag}`, acts.fireAt());
  }
  const [first] = seats("carer");
  if (first === undefined) return;
  const { page } = first.seat;
  await page.route("**/api/v1/stream", (route) => route.abort());
  await page.goto("#/alarms");
  await page.reload();
  await page.locator(".bar-broken").waitFor();
  await shot(first.seat, `carer-not-live-${first.tag}`);
  await page.unroute("**/api/v1/stream");
  await page.reload();
}

/** Nobody has answered. */
async function unanswered({ seats }: Crowd): Promise<void> {
  for (const { seat, tag } of [...seats("carer"), ...seats("manager"), ...seats("rescue")]) {
    await seat.page.goto("#/alarms");
    await seat.page.locator(".unanswered").waitFor({ timeout: UNANSWERED_MS });
    await shot(seat, `unanswered-${tag}`);
  }
  for (const { seat, tag } of seats("manager")) {
    await seat.page.locator(".unanswered-look").click();
    await shot(seat, `unanswered-incident-${tag}`);
  }
}

/** Somebody comes, is there, resets and closes. */
async function toTheEnd({ codeOf }: Stage, { seats }: Crowd, acts: Acts): Promise<void> {
  const carers = seats("carer");
  const [first] = carers;
  if (first === undefined) return;
  const { page } = first.seat;
  await page.locator(".unanswered-come").click();
  await page.locator(".own-good").waitFor();
  await shot(first.seat, `carer-coming-${first.tag}`);
  await page.locator(".act-arrive").click();
  await page.locator(".code").fill(codeOf("r302") === "0000" ? "1111" : "0000");
  await page.locator(".ant-modal-footer .ant-btn").click();
  await page.locator(".field-wrong", { hasText: /./ }).waitFor();
  await shot(first.seat, `carer-wrong-code-${first.tag}`);
  await page.locator(".code").fill(codeOf("r302"));
  await page.locator(".ant-modal-footer .ant-btn").click();
  await page.locator(".act-resolve").waitFor();
  for (const { seat, tag } of carers) await shot(seat, `carer-arrived-${tag}`, acts.fireAt());
  await page.goto(acts.fireAt());
  await page.locator(".act-resolve").click();
  await shot(first.seat, `carer-reset-${first.tag}`);
  await page.keyboard.press("Escape");
  await acts.fireOut();
  for (const { seat, tag } of carers) {
    await seat.page.goto("#/alarms");
    await seat.page.locator(".waiting").waitFor();
    await shot(seat, `carer-waiting-${tag}`);
    await seat.page.goto(acts.fireAt());
    await seat.page.locator(".act-close").click();
    await shot(seat, `carer-close-${tag}`);
    await seat.page.keyboard.press("Escape");
  }
  await acts.closeFire();
  for (const { seat, tag } of [...carers, ...seats("inspector")]) {
    await shot(seat, `closed-${tag}`, acts.fireAt());
  }
  await page.locator(".residents-ask").click();
  await shot(first.seat, `carer-reason-${first.tag}`);
}

/** It burns again, and a colleague is on the way before oneself has answered. */
async function colleague({ seats }: Crowd, acts: Acts): Promise<void> {
  for (const { seat } of seats("carer")) await seat.page.goto("#/alarms");
  await acts.fire();
  for (const { seat } of seats("carer")) await seat.page.getByRole("alertdialog").waitFor();
  await acts.comes();
  for (const { seat, tag } of seats("carer")) {
    await seat.page.locator(".on-it").first().waitFor();
    await shot(seat, `carer-call-colleague-${tag}`);
  }
}

/** The page as it is, or at an address; what comes a moment later is waited for. */
async function shot({ page }: Seat, name: string, address?: string): Promise<void> {
  if (address !== undefined) await page.goto(address);
  // What is asked for first, then dialogs and charts, which come in softly.
  await page.waitForTimeout(700);
  await page.locator("[role=status] .anticon-loading").waitFor({ state: "detached" });
  const covered = (await page.locator(".ant-modal, .notices, .unanswered, .sheet").count()) > 0;
  await page.screenshot({ path: join(folder ?? ".", `${name}.png`), fullPage: !covered });
}
