/** The console end to end: carer, manager and inspector in Chromium, on the whole running system. */
import { readFileSync } from "node:fs";
import type { IncidentPage } from "@anhu/response/api";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { anhu } from "../stage/anhu.ts";
import { heard } from "./ears.ts";
import { DESK, FACILITY, joinBy, openStage, PHONE } from "./stage.ts";
import type { Seat, Stage } from "./stage.ts";

/** 175 s by the policy of fires, and what a busy machine takes. */

let stage: Stage;
let carer: Seat;
let manager: Seat;
let inspector: Seat;

beforeAll(async () => {
  stage = await openStage();
}, 120_000);

afterAll(async () => {
  await stage.close();
}, 60_000);

test("a carer joins by a one-time link on a phone; who opens it again is told at once what to do", async () => {
  const { id, name } = await stage.carerOnDuty();
  carer = await stage.open(PHONE);
  const link = await stage.invite({
    login: "carer-1",
    name: name ?? "carer",
    role: "carer",
    scope: { kind: "facility", of: FACILITY },
    person: id,
  });
  await joinBy(carer.page, link);
  await seen(carer.page, "目前没有报警");
  await seen(carer.page, "模拟演示");
  await seen(carer.page, "实时");
  expect(new URL(carer.page.url()).hash).toBe("#/alarms");

  const other = await stage.open(PHONE);
  await other.page.goto(link);
  await seen(other.page, "它已过期，或已被使用。");
  await seen(other.page, "请向机构负责人索取新的链接");
  expect(await other.page.locator("input").count()).toBe(0);
  await other.page.goto(`${stage.url}#/join/${"0".repeat(43)}`);
  await seen(other.page, "系统里没有这个链接");
  await other.page.getByRole("button", { name: "去登录" }).click();
  await other.page.locator("input[type=password]").waitFor();
  await other.context.close();
});

test("the phone asks to turn sound on until it may, and says that it is on", async () => {
  const { page } = carer;
  await seen(page, "浏览器尚未允许声音");
  expect(await heard(page)).toEqual({ pulses: 0, state: "suspended" });
  await page.getByRole("button", { name: "打开声音" }).first().click();
  await page.locator(".bar-quiet").waitFor({ state: "detached" });
  await expect.poll(() => page.getByRole("button", { name: "声音已打开" }).count()).toBe(1);
});

test("a fire comes up by itself, as a call with big answers: what, where, that it is for me, and who comes already", async () => {
  await stage.play(smoke(true));
  const { page } = carer;
  const notice = page.getByRole("alertdialog");
  await notice.waitFor({ timeout: 15_000 });
  await seen(page, "烟雾报警");
  await seen(page, "302室");
  const come = notice.getByRole("button", { name: "我来处理" });
  const size = await come.boundingBox();
  expect(size?.height).toBeGreaterThanOrEqual(48);
  await expect.poll(() => shownOf("console")).toBe(true);
  await expect.poll(async () => (await heard(page)).pulses).toBeGreaterThan(0);
  await expect.poll(() => page.title()).toContain("特急");
  const already = notice.locator(".notice-already");
  expect(await already.innerText()).toBe("还没有人应答");
  const { items } = await stage.api<IncidentPage>("GET", "incidents?live=true");
  await stage.api("POST", `incidents/${encodeURIComponent(items[0]?.id ?? "")}/acknowledge`, {});
  await expect.poll(() => already.innerText()).toBe("本机工具 正在赶来");

  await come.click();
  await page.waitForURL(/incidents/);
  await seen(page, "有人前往");
  await expect.poll(() => page.title()).toBe("烟雾报警 · 安护");
  await seen(page, "您已答应前往");
  await seen(page, "林秀英");
  await seen(page, "需两人协助");
});

test("arrival needs the code on the wall: a wrong one is refused in words, the right one taken", async () => {
  const { page } = carer;
  const right = stage.codeOf("r302");
  await page.locator(".act-arrive").click();
  await page.getByLabel("门牌码").fill(right === "0000" ? "1111" : "0000");
  await page.getByRole("dialog").getByRole("button", { name: "已到达" }).click();
  await seen(page, "门牌码不对");
  await page.getByLabel("门牌码").fill(right);
  await page.getByRole("dialog").getByRole("button", { name: "已到达" }).click();
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  await seen(page, "已到场");
  expect(await page.locator(".what-state").innerText()).toBe("已到场");
});

test("while smoke is there the reset is refused; then it is reset at the scene and closed with its cause", async () => {
  const { page } = carer;
  await page.getByRole("button", { name: "现场已复位" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "现场已复位" }).click();
  await seen(page, "以上探测器仍在报警，不能解除。");
  await stage.play(smoke(false));
  await stage.play({ do: "reset", line: "panel" });
  await expect
    .poll(
      async () => {
        await page
          .getByRole("dialog")
          .getByRole("button", { name: "现场已复位" })
          .click({ timeout: 2_000 })
          .catch(() => undefined);
        return page.locator(".what-state").innerText();
      },
      { timeout: 30_000, interval: 1_000 },
    )
    .toBe("已解除");
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  await page.getByRole("button", { name: "结案" }).click();
  await page.getByText("烹饪或水汽").click();
  await page.getByRole("dialog").getByRole("button", { name: "结案" }).click();
  await seen(page, "已结案");
  await seen(page, "我结案：烹饪或水汽");
  // Nothing of it looks as if it were still to come.
  expect(await page.locator(".helpers").innerText()).not.toMatch(/尚未应答|正在赶来/);
  expect(carer.wrong).toEqual([]);
});

test("after the end a name is shown only with a reason, and the look is in the ledger", async () => {
  const { page } = carer;
  await page.reload();
  await page.locator(".what").waitFor();
  expect(await page.getByText("林秀英").count()).toBe(0);
  await page.getByRole("button", { name: "查看姓名" }).click();
  await page.getByRole("textbox", { name: "原因" }).fill("家属询问");
  await page.getByRole("dialog").getByRole("button", { name: "查看姓名" }).click();
  await seen(page, "林秀英");
  await page.reload();
  await seen(page, "我查看了住户姓名，原因：家属询问");
});

test("a manager sees the rooms, the devices with their last values, and who is on duty", async () => {
  manager = await stage.open(DESK);
  const link = await stage.invite({
    login: "manager-1",
    name: "关月琴",
    role: "manager",
    scope: { kind: "facility", of: FACILITY },
  });
  await joinBy(manager.page, link);
  const { page } = manager;
  await page.getByRole("link", { name: "总览" }).click();
  await seen(page, "荔城示范养老院");
  await page.locator(".room", { hasText: "302室" }).click();
  await seen(page, "感烟探测器");
  expect(await page.locator(".room-code").innerText()).toBe(stage.codeOf("r302"));

  await page.getByRole("link", { name: "设备" }).first().click();
  const radar = page.getByRole("row", { name: /radar-302/ });
  await expect.poll(() => radar.innerText(), { timeout: 20_000 }).toMatch(/有人：(是|否)/);
  await page.getByRole("link", { name: "radar-302" }).click();
  await page.locator(".chart canvas").waitFor();

  await page.getByRole("link", { name: "人员排班" }).click();
  const { name } = await stage.carerOnDuty();
  await seen(page, name ?? "");
  await seen(page, "现在当班");
});

test("a test call shows what became of it, and a device's test mode begins and ends", async () => {
  const { page } = manager;
  const { name } = await stage.carerOnDuty();
  const member = page.locator(".member", { hasText: name ?? "" });
  await member.getByRole("button", { name: "测试呼叫" }).click();
  await expect.poll(() => member.innerText(), { timeout: 20_000 }).toContain("手机推送 对方已接收");
  // The carer's own page was told as well, and said so.
  await seen(carer.page, "这是一次测试，无需前往。");
  await expect.poll(() => member.innerText(), { timeout: 20_000 }).toContain("本系统页面 已显示");
  await carer.page.getByRole("button", { name: "知道了" }).click();

  await page.goto(`${stage.url}#/f/${FACILITY}/devices/smoke-201`);
  await page.getByRole("textbox", { name: "原因" }).fill("年度测试");
  await page.getByRole("button", { name: "开始测试" }).click();
  await page.getByRole("button", { name: "结束测试" }).waitFor();
  await page.getByRole("button", { name: "结束测试" }).click();
  await page.getByRole("button", { name: "开始测试" }).waitFor();
});

test("a manager invites a carer: the link is there as text, and no code where no phone could open it", async () => {
  const { page } = manager;
  await page.getByRole("link", { name: "账号" }).click();
  await page.getByRole("button", { name: "邀请" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("姓名").fill("李建国");
  await dialog.getByLabel("账号").fill("lijianguo");
  await dialog.getByRole("button", { name: "邀请" }).click();
  const link = page.getByLabel("一次性链接", { exact: true }).locator("visible=true");
  await seen(page, "手机扫码打不开，所以不显示二维码");
  expect(await page.locator(".link .ant-qrcode").count()).toBe(0);
  expect(await link.last().inputValue()).toContain(`${stage.url}#/join/`);
  await page.keyboard.press("Escape");
  await link.last().waitFor({ state: "detached" });
});

test("whose account it is can be put right: the staff are found by floor and duty, none of them a rescue centre", async () => {
  const { page } = manager;
  await page.locator(".user", { hasText: "李建国" }).getByRole("button", { name: "更正" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("关联值班人员").click();
  await page.keyboard.type("三层");
  const options = page.locator(".ant-select-item-option");
  await options.filter({ hasText: "三层" }).first().waitFor();
  const offered = await options.allInnerTexts();
  expect(offered.join(" ")).not.toContain("救援");
  await options.first().click();
  await dialog.getByRole("button", { name: "保存" }).click();
  await dialog.waitFor({ state: "detached" });
  await expect
    .poll(() => page.locator(".user", { hasText: "李建国" }).innerText())
    .toContain("值班编号");
  await page.goto(`${stage.url}#/f/${FACILITY}/deliveries`);
  await seen(page, "烟雾报警 302室");
  expect(manager.wrong).toEqual([]);
});

test("the history is filtered by the system, and a plate is there to print for every room", async () => {
  const { page } = manager;
  await page.goto(`${stage.url}#/history?severity=critical&kind=fire`);
  await page.locator(".incident-row").first().waitFor();
  expect(await page.locator(".incident-row").count()).toBe(1);
  await page.goto(`${stage.url}#/history?severity=low`);
  await seen(page, "没有符合条件的事件");
  await page.goto(`${stage.url}#/f/${FACILITY}/plates`);
  await page.locator(".plate").first().waitFor();
  expect(await page.locator(".plates-floor h2").first().innerText()).toMatch(/^[一1]/);
  expect(await page.locator(".plate", { hasText: "302室" }).innerText()).toContain(
    stage.codeOf("r302"),
  );
});

test("an inspector sees his region only, in English, without a button and without a name", async () => {
  inspector = await stage.open({ ...DESK, language: "en" });
  await joinBy(
    inspector.page,
    await stage.invite({
      login: "inspector-1",
      name: "Inspector",
      role: "inspector",
      scope: { kind: "region", of: "3503" },
    }),
  );
  const { page } = inspector;
  await seen(page, "Licheng demo home");
  await page.getByRole("link", { name: "History" }).first().click();
  await page.locator(".incident-row").first().click();
  await seen(page, "What happened");
  await seen(page, "Read-only: names are not shown");
  expect(await page.locator(".acts").count()).toBe(0);
  const text = await page.locator("main").innerText();
  // What somebody wrote stays as it was written.
  expect(text.replace("家属询问", "")).not.toMatch(/[\u4e00-\u9fff]/);

  const elsewhere = await stage.open({ ...DESK, language: "en" });
  await joinBy(
    elsewhere.page,
    await stage.invite({
      login: "inspector-2",
      name: "Inspector elsewhere",
      role: "inspector",
      scope: { kind: "region", of: "11" },
    }),
  );
  await seen(elsewhere.page, "There is no facility in your scope");
  const { items } = await stage.api<IncidentPage>("GET", "incidents");
  await elsewhere.page.goto(`${stage.url}#/incidents/${items[0]?.id ?? ""}`);
  await seen(elsewhere.page, "There is no such incident");
  expect(elsewhere.wrong.filter((one) => !one.includes("404"))).toEqual([]);
  await elsewhere.context.close();
});

test("the inspector's export of the ledger is verified by the command line", async () => {
  const { page } = inspector;
  await page.getByRole("link", { name: "Ledger export" }).click();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Export" }).click(),
  ]);
  const file = await download.path();
  expect(readFileSync(file, "utf8").split("\n").length).toBeGreaterThan(10);
  const verified = await anhu(["audit", "verify", file], process.env as Record<string, string>);
  expect(verified.code, verified.stdout + verified.stderr).toBe(0);
  expect(inspector.wrong).toEqual([]);
});

test("a page that is cut off says so in red, asks instead, and is live again by itself", async () => {
  const { page } = carer;
  await page.goto("#/alarms");
  await page.route("**/api/v1/stream", (route) => route.abort());
  await page.reload();
  await seen(page, "连接中断");
  await seen(page, "已断线");
  await page.unroute("**/api/v1/stream");
  await page.locator(".bar-broken").waitFor({ state: "detached", timeout: 30_000 });
  expect(await page.locator(".dot").innerText()).toBe("实时");
});

test("when nobody can come, every page is covered in both languages until somebody does", async () => {
  await manager.page.goto("#/f/pt-licheng-0001/devices");
  await stage.refuseAll("r302");
  await stage.play(smoke(true));
  const overlays = [carer, manager].map(({ page }) => page.locator(".unanswered"));
  for (const overlay of overlays) {
    await overlay.waitFor();
    const text = await overlay.innerText();
    expect(text).toContain("无人应答");
    expect(text).toContain("Nobody has answered");
    expect(text).toContain("Room 302, Third floor");
  }
  // Who only reads is not called to help.
  expect(await inspector.page.locator(".unanswered").count()).toBe(0);
  await carer.page.locator(".unanswered-come").click();
  for (const overlay of overlays) await overlay.waitFor({ state: "detached" });
  await seen(carer.page, "您已答应前往");
  await stage.play(smoke(false));
  await stage.play({ do: "reset", line: "panel" });
});

test("a session that was ended elsewhere leads to the door, with the reason", async () => {
  const { items } = await stage.api<{ items: { id: string; login: string }[] }>("GET", "users");
  const id = items.find(({ login }) => login === "carer-1")?.id ?? "";
  await stage.api("PATCH", `users/${id}`, { disabled: true });
  await seen(carer.page, "登录已过期，请重新登录");
  expect(await carer.page.locator(".alarms, .shell").count()).toBe(0);
});

function smoke(alarm: boolean) {
  return { do: "report", device: "smoke-302", kind: "smoke", fields: { alarm } } as const;
}

async function seen(page: Page, text: string): Promise<void> {
  await page.getByText(text).first().waitFor({ timeout: 15_000 });
}

/** Whether a delivery of this channel was said to be shown. */
async function shownOf(channel: string): Promise<boolean> {
  const { items } = await stage.api<{ items: { channel: string; state: string }[] }>(
    "GET",
    `deliveries?facility=${FACILITY}`,
  );
  return items.some((one) => one.channel === channel && one.state === "delivered");
}
