/** What runs, or must be there so that it can: ports, health, console, accounts, the broker's identities. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isKnown, openIdentities } from "@anhu/broker";
import type { Credentials } from "@anhu/broker";
import { assertPortFree } from "@anhu/broker/listen";
import { AnhuError, messageOf } from "@anhu/core/errors";
import { countAdministrators } from "@anhu/response/access";
import { databaseUrlOf, openDatabase, pendingMigrations } from "@anhu/response/store";
import { readJson } from "../setup/files.ts";
import type { Check, Finding, Scene } from "./model.ts";
import { note, wrong } from "./model.ts";

const ANSWER_MS = 5_000;

export const ports: Check = {
  id: "ports",
  title: { zh: "端口", en: "ports" },
  async look({ ports: { lan, ...local }, installation, running }) {
    if (running.length > 0) return [];
    const wanted = Object.values(local).map((port) => ({ host: "127.0.0.1", port }));
    if (installation?.lan) wanted.push({ host: installation.lan, port: lan });
    const found: Finding[] = [];
    for (const address of wanted) {
      try {
        await assertPortFree(address);
      } catch (thrown) {
        if (!(thrown instanceof AnhuError)) throw thrown;
        const { command, pid } = thrown.about;
        const owner = pid === undefined ? "" : `（占用者：${command}，进程 ${pid}）`;
        found.push(
          wrong(
            {
              zh: `${address.host} 的端口 ${address.port} 无法使用${owner}`,
              en: thrown.message,
            },
            {
              zh: "结束该程序，或用 ANHU_…_PORT 变量换用其他端口",
              en: "end what listens there, or choose another port by its variable ANHU_..._PORT",
            },
          ),
        );
      }
    }
    return found;
  },
};

export const health: Check = {
  id: "health",
  title: { zh: "运行状况", en: "health" },
  async look({ running, ports: { http } }) {
    if (!running.includes("response")) {
      return [
        note(
          { zh: "系统未运行", en: "the system is not running" },
          { zh: "用 npm start 启动", en: "npm start starts it" },
        ),
      ];
    }
    try {
      const answer = await fetch(`http://127.0.0.1:${http}/healthz`, {
        signal: AbortSignal.timeout(ANSWER_MS),
      });
      const { parts } = (await answer.json()) as {
        parts: Record<string, { status: string; detail: string }>;
      };
      return Object.entries(parts).flatMap(([name, { status, detail }]) => {
        if (status === "ok") return [];
        const make = status === "down" ? wrong : note;
        return [
          make(
            { zh: `部件 ${name} 状态为 ${status}`, en: `part ${name} is ${status}: ${detail}` },
            {
              zh: "查看数据目录 logs 中对应的日志",
              en: "look into its log, in logs of the data directory",
            },
          ),
        ];
      });
    } catch (thrown) {
      return [
        wrong(
          {
            zh: `系统正在运行，但端口 ${http} 没有应答`,
            en: `the system runs and does not answer on port ${http}: ${messageOf(thrown)}`,
          },
          {
            zh: "核对 ANHU_HTTP_PORT 是否与启动时相同，并查看 logs/response.log",
            en: "is ANHU_HTTP_PORT as it was at the start? then look into logs/response.log",
          },
        ),
      ];
    }
  },
};

export const signIn: Check = {
  id: "broker-sign-in",
  title: { zh: "消息代理登录", en: "broker sign-in" },
  look({ dataDir }) {
    const path = join(dataDir, "broker", "identities.db");
    if (!existsSync(path)) return [];
    const file = openIdentities(path);
    try {
      return identityFiles(dataDir).flatMap((name) => {
        const credentials = readJson(join(dataDir, name)) as Credentials | undefined;
        if (credentials !== undefined && isKnown(file, credentials)) return [];
        return [
          wrong(
            {
              zh: `消息代理不接受 ${name} 中的凭据`,
              en: `the broker does not take the credentials in ${name}`,
            },
            {
              zh: "移走该文件后重新启动，系统会重新生成",
              en: "move the file away and start again, which makes it anew",
            },
          ),
        ];
      });
    } finally {
      file.close();
    }
  },
};

/** Of what signs in to the broker of this machine. */
function identityFiles(dataDir: string): string[] {
  const folder = join(dataDir, "edge");
  const own = (existsSync(folder) ? readdirSync(folder) : [])
    .map((gateway) => `edge/${gateway}/identity.json`)
    .filter((name) => (readJson(join(dataDir, name)) as { ca?: unknown } | undefined)?.ca === null);
  return ["secrets/ingest.json", "secrets/response.json", ...own];
}

export const consoleBuilt: Check = {
  id: "console",
  title: { zh: "控制台页面", en: "console" },
  look({ env }) {
    const built = fileURLToPath(new URL("../../console/dist", import.meta.url));
    if (existsSync(join(env["ANHU_CONSOLE_DIR"] ?? built, "index.html"))) return [];
    return [
      wrong(
        { zh: "控制台页面尚未构建", en: "the console is not built" },
        {
          zh: "执行 npm start（启动时会构建）或 node console/build.ts",
          en: "npm start builds it beside the start; or node console/build.ts",
        },
      ),
    ];
  },
};

export const database: Check = {
  id: "database",
  title: { zh: "事件数据库", en: "database of incidents" },
  async look(scene) {
    const databaseUrl = databaseUrlOf(scene.env);
    const found = databaseUrl === undefined ? [] : lookAtAddress(databaseUrl);
    if (databaseUrl === undefined && !existsSync(join(scene.dataDir, "response.db"))) return found;
    return [...found, ...(await withDatabase(scene, lookInside))];
  },
};

function lookAtAddress(databaseUrl: string): Finding[] {
  const { hostname, searchParams } = new URL(databaseUrl);
  const isLocal = ["", "localhost", "127.0.0.1", "[::1]"].includes(hostname);
  if (isLocal || searchParams.get("sslmode") === "verify-full") return [];
  return [
    note(
      {
        zh: `与 PostgreSQL（${hostname}）的连接未加密或未校验证书`,
        en: `the connection to PostgreSQL at ${hostname} is not encrypted, or does not check who answers`,
      },
      {
        zh: "在地址后加上 ?sslmode=verify-full&sslrootcert=文件",
        en: "add ?sslmode=verify-full&sslrootcert=FILE to its address",
      },
    ),
  ];
}

async function lookInside(store: ReturnType<typeof openDatabase>): Promise<readonly Finding[]> {
  const pending = await pendingMigrations(store.db, store.dialect);
  if (pending.length > 0) {
    const steps = pending.join(", ");
    return [
      note(
        {
          zh: `数据库结构尚未更新：${steps}`,
          en: `the database is not of the newest schema yet: ${steps}`,
        },
        {
          zh: "下次启动时会自动更新；请先备份",
          en: "the next start brings it up to date; make a backup first",
        },
      ),
    ];
  }
  if ((await countAdministrators(store.db)) > 0) return [];
  return [
    wrong(
      { zh: "还没有管理员", en: "there is no administrator" },
      {
        zh: "执行 npx anhu admin link，在浏览器中打开它给出的链接",
        en: "run npx anhu admin link and open the link that it gives",
      },
    ),
  ];
}

async function withDatabase(
  { dataDir, env }: Scene,
  look: (store: ReturnType<typeof openDatabase>) => Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  const databaseUrl = databaseUrlOf(env);
  try {
    const store = openDatabase({ dataDir, databaseUrl, warn: () => undefined });
    try {
      return await look(store);
    } finally {
      await store.db.destroy();
    }
  } catch (thrown) {
    return [
      wrong(
        {
          zh: "事件数据库无法读取",
          en: `the database of incidents cannot be read: ${messageOf(thrown)}`,
        },
        {
          zh: "检查 ANHU_DATABASE_URL 的主机、用户、密码与数据库名，以及服务器是否在运行",
          en: "check host, user, password and name in ANHU_DATABASE_URL, and whether the server runs",
        },
      ),
    ];
  }
}
