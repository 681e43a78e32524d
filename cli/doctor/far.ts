/** What is elsewhere: InfluxDB, mail server, the centre of a gateway. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { connect as connectPlain } from "node:net";
import type { Socket } from "node:net";
import { join } from "node:path";
import { connect as connectTls } from "node:tls";
import { AnhuError, messageOf } from "@anhu/core/errors";
import { influxAccess } from "@anhu/core/influx";
import { influxServer, versionOf } from "../influx/server.ts";
import { readJson } from "../setup/files.ts";
import type { Check, Finding, Scene, Text } from "./model.ts";
import { wrong } from "./model.ts";

const ANSWER_MS = 5_000;

export const influx: Check = {
  id: "influxdb",
  title: { zh: "InfluxDB", en: "InfluxDB" },
  async look({ env }) {
    try {
      const access = influxAccess(env, (path) => readFileSync(path, "utf8"));
      if (access === undefined) return [];
      const server = influxServer(access);
      await versionOf(server);
      const question = encodeURIComponent("SELECT * FROM device LIMIT 1");
      const path = `/query?db=${encodeURIComponent(access.database)}&q=${question}`;
      const { json } = await server.ask({ method: "GET", path }, [400, 404]);
      const said = JSON.stringify(json);
      if (!/"error"|not found/.test(said)) return [];
      return [
        wrong(
          {
            zh: `InfluxDB 中没有数据库 ${access.database}，或此用户无权读取`,
            en: `InfluxDB has no database ${access.database}, or this user may not read it: ${said}`,
          },
          SET_UP,
        ),
      ];
    } catch (thrown) {
      if (!(thrown instanceof AnhuError)) throw thrown;
      const zh =
        thrown.code === "influx_refused"
          ? "InfluxDB 不接受所给的凭据"
          : "InfluxDB 没有应答，或其变量有误";
      return [wrong({ zh: `${zh}（${thrown.code}）`, en: thrown.message }, SET_UP)];
    }
  },
};

const SET_UP: Text = {
  zh: "检查 ANHU_INFLUX_URL、_DB 与凭据；执行 npx anhu influx setup 创建所需内容",
  en: "check ANHU_INFLUX_URL, _DB and the credentials; npx anhu influx setup makes what is missing",
};

export const mail: Check = {
  id: "mail-server",
  title: { zh: "邮件服务器", en: "mail server" },
  async look({ channels: { email }, installation, running }) {
    // The demo's mailbox is the simulator's: it is there while that runs.
    if (email === null || (installation?.mode === "demo" && running.length === 0)) return [];
    const { host, port, tls } = email;
    try {
      const socket =
        tls === "tls" ? connectTls({ host, port, servername: host }) : connectPlain({ host, port });
      const greeting = await firstAnswer(socket, null);
      if (greeting.toString("latin1").startsWith("220")) return [];
      throw new Error(greeting.toString("latin1").slice(0, 80));
    } catch (thrown) {
      return [
        wrong(
          {
            zh: `邮件服务器 ${host}:${port} 没有应答`,
            en: `the mail server ${host}:${port} does not answer: ${messageOf(thrown)}`,
          },
          {
            zh: "检查 channels.yaml 中 email 的 host、port 与 tls",
            en: "check host, port and tls of email in channels.yaml",
          },
        ),
      ];
    }
  },
};

export const uplink: Check = {
  id: "uplink",
  title: { zh: "网关到中心", en: "the gateway's way to the centre" },
  async look(scene) {
    // Two with one identity would put each other out.
    if (scene.running.includes("edge")) return [];
    const found = await Promise.all(centresElsewhere(scene).map(lookAtCentre));
    return found.flat();
  },
};

interface Centre {
  readonly client_id: string;
  readonly username: string;
  readonly password: string;
  readonly ca: string;
  readonly host: string;
  readonly port: number;
}

function centresElsewhere({ dataDir }: Scene): Centre[] {
  const folder = join(dataDir, "edge");
  return (existsSync(folder) ? readdirSync(folder) : [])
    .map((gateway) => readJson(join(folder, gateway, "identity.json")) as Centre | { ca: null })
    .filter((identity): identity is Centre => typeof identity?.ca === "string");
}

/** CONNACK's return codes: MQTT 3.1.1, 3.2.2.3. */
const ACCEPTED = 0;

async function lookAtCentre(centre: Centre): Promise<Finding[]> {
  const { host, port, ca } = centre;
  try {
    const answer = await firstAnswer(connectTls({ host, port, ca }), connectPacket(centre));
    if (answer[0] === 0x20 && answer[3] === ACCEPTED) return [];
    return [
      wrong(
        {
          zh: `中心 ${host}:${port} 不接受网关 ${centre.username} 的凭据`,
          en: `the centre at ${host}:${port} does not take the credentials of ${centre.username}`,
        },
        {
          zh: "在中心执行 npx anhu gateway add，将结果放入 edge/网关/identity.json",
          en: "npx anhu gateway add on the centre, and its answer into edge/GATEWAY/identity.json",
        },
      ),
    ];
  } catch (thrown) {
    return [
      wrong(
        {
          zh: `无法连接中心 ${host}:${port}`,
          en: `the centre at ${host}:${port} cannot be reached: ${messageOf(thrown)}`,
        },
        {
          zh: "检查网络、防火墙，以及 identity.json 中的 host、port 与 ca",
          en: "check the network, firewalls, and host, port and ca in identity.json",
        },
      ),
    ];
  }
}

/** MQTT 3.1.1, 3.1: protocol level 4, clean session, name and password, keep alive 10 s. */
function connectPacket({ client_id, username, password }: Centre): Buffer {
  const texts = [client_id, username, password].map((text) => {
    const bytes = Buffer.from(text, "utf8");
    return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes]);
  });
  const body = Buffer.concat([
    Buffer.from([0, 4, 0x4d, 0x51, 0x54, 0x54, 4, 0xc2, 0, 10]),
    ...texts,
  ]);
  const length =
    body.length < 128 ? [body.length] : [(body.length & 0x7f) | 0x80, body.length >> 7];
  return Buffer.concat([Buffer.from([0x10, ...length]), body]);
}

/** What the far end says first, after `send` where it waits for that. Rejects when it says nothing within ANSWER_MS. */
function firstAnswer(socket: Socket, send: Buffer | null): Promise<Buffer> {
  return new Promise<Buffer>((resolve, reject) => {
    socket.setTimeout(ANSWER_MS, () =>
      socket.destroy(new Error(`no answer within ${ANSWER_MS / 1000} s`)),
    );
    socket.once("data", resolve);
    socket.once("error", reject);
    socket.once("close", () => reject(new Error("closed without an answer")));
    if (send !== null) socket.write(send);
  }).finally(() => socket.destroy());
}
