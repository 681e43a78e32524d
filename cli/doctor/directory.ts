/** The data directory: its owner's alone; certificates; names. */
import { X509Certificate } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { isIP } from "node:net";
import { join } from "node:path";
import { parse } from "yaml";
import { messageOf } from "@anhu/core/errors";
import type { Check, Finding, Scene, Text } from "./model.ts";
import { note, wrong } from "./model.ts";

const DAY_MS = 86_400_000;
/** As the start renews it (setup/tls.ts). */
const RENEW_DAYS = 30;
/** Named one by one up to here. */
const NAMED = 5;
const DEPTH = 6;
const OTHERS = 0o077;

export const directory: Check = {
  id: "data-directory",
  title: { zh: "数据目录", en: "data directory" },
  look({ dataDir, installation }) {
    const found = statSync(dataDir, { throwIfNoEntry: false });
    if (found === undefined || installation === undefined) {
      return [
        note(
          { zh: `${dataDir} 中尚未启动过系统`, en: `nothing has been started in ${dataDir} yet` },
          {
            zh: "执行 npm start，或用 ANHU_DATA 指定数据目录",
            en: "run npm start, or name the data directory by ANHU_DATA",
          },
        ),
      ];
    }
    if (found.uid === process.getuid?.()) return [];
    return [
      wrong(
        {
          zh: `${dataDir} 属于另一用户（uid ${found.uid}）`,
          en: `${dataDir} belongs to another user (uid ${found.uid})`,
        },
        {
          zh: `以该用户运行，或执行 chown -R $(id -u) ${dataDir}`,
          en: `run as that user, or chown -R $(id -u) ${dataDir}`,
        },
      ),
    ];
  },
};

export const modes: Check = {
  id: "file-modes",
  title: { zh: "文件权限", en: "rights of files" },
  look({ dataDir }) {
    // The simulator's own, and sockets, whose directory guards them.
    const open = openTo(dataDir, "", 0).filter((path) => !path.startsWith("sim"));
    if (open.length === 0) return [];
    const named = open
      .slice(0, NAMED)
      .map((path) => join(dataDir, path))
      .join(" ");
    const more = open.length > NAMED ? ` (+${open.length - NAMED})` : "";
    return [
      wrong(
        {
          zh: `其他用户可访问：${named}${more}`,
          en: `others on this machine may read: ${named}${more}`,
        },
        { zh: `执行 chmod -R go= ${dataDir}`, en: `chmod -R go= ${dataDir}` },
      ),
    ];
  },
};

function openTo(root: string, folder: string, depth: number): string[] {
  const found = statSync(join(root, folder), { throwIfNoEntry: false });
  if (found === undefined || depth > DEPTH) return [];
  if (found.isFile()) return (found.mode & OTHERS) === 0 ? [] : [folder];
  if (!found.isDirectory()) return [];
  const own = (found.mode & OTHERS) === 0 ? [] : [folder];
  const inside = readdirSync(join(root, folder)).flatMap((name) =>
    openTo(root, folder === "" ? name : `${folder}/${name}`, depth + 1),
  );
  return [...own, ...inside];
}

export const certificates: Check = {
  id: "certificates",
  title: { zh: "TLS 证书", en: "TLS certificates" },
  look(scene) {
    if (scene.installation === undefined) return [];
    const folder = join(scene.dataDir, "tls");
    const missing = ["ca.crt", "server.crt", "server.key"].filter(
      (name) => !existsSync(join(folder, name)),
    );
    if (missing.length > 0) {
      const names = missing.join(", ");
      return [
        wrong({ zh: `${folder} 中缺少 ${names}`, en: `${names} are not in ${folder}` }, MADE_ANEW),
      ];
    }
    try {
      const [ca, server] = ["ca.crt", "server.crt"].map(
        (name) => new X509Certificate(readFileSync(join(folder, name))),
      );
      return ca === undefined || server === undefined ? [] : lookAtChain(scene, ca, server);
    } catch (thrown) {
      const why = messageOf(thrown);
      return [
        wrong(
          {
            zh: `${folder} 中的证书无法读取（${why}）`,
            en: `a certificate in ${folder} cannot be read: ${why}`,
          },
          MADE_ANEW,
        ),
      ];
    }
  },
};

const MADE_ANEW: Text = {
  zh: "移走该文件后重新启动，系统会重新生成；更换 ca.crt 后，各网关与手机须重新信任",
  en: "move it away and start again, which makes it anew; after another ca.crt gateways and phones must trust that",
};

function lookAtChain(
  scene: Scene,
  ca: X509Certificate,
  server: X509Certificate,
): readonly Finding[] {
  const now = scene.clock.wall();
  const names = [
    "localhost",
    "127.0.0.1",
    ...(scene.installation?.lan ? [scene.installation.lan] : []),
  ];
  const absent = names.filter(
    (name) => (isIP(name) === 0 ? server.checkHost(name) : server.checkIP(name)) === undefined,
  );
  const found: Finding[] = [];
  if (!server.verify(ca.publicKey)) {
    found.push(
      wrong(
        { zh: "server.crt 不是由 ca.crt 签发的", en: "server.crt is not signed by ca.crt" },
        MADE_ANEW,
      ),
    );
  }
  for (const [name, certificate] of [
    ["ca.crt", ca],
    ["server.crt", server],
  ] as const) {
    const end = Date.parse(certificate.validTo);
    const day = new Date(end).toISOString().slice(0, 10);
    if (end < now) {
      found.push(
        wrong({ zh: `${name} 已于 ${day} 过期`, en: `${name} expired on ${day}` }, MADE_ANEW),
      );
    } else if (end < now + RENEW_DAYS * DAY_MS) {
      found.push(
        note(
          { zh: `${name} 将于 ${day} 过期`, en: `${name} expires on ${day}` },
          { zh: "重新启动系统即可续期", en: "a restart renews it" },
        ),
      );
    }
    if (Date.parse(certificate.validFrom) > now) {
      found.push(
        wrong(
          {
            zh: `${name} 尚未生效：系统时钟可能有误`,
            en: `${name} is not valid yet: is the clock right?`,
          },
          MADE_ANEW,
        ),
      );
    }
  }
  if (absent.length > 0) {
    const list = absent.join(", ");
    found.push(
      wrong(
        { zh: `server.crt 不含地址 ${list}`, en: `server.crt does not name ${list}` },
        { zh: "用 --lan 地址 重新启动", en: "start again with --lan ADDRESS" },
      ),
    );
  }
  return found;
}

export const names: Check = {
  id: "names",
  title: { zh: "姓名文件", en: "names" },
  look({ dataDir, facilities }) {
    const path = join(dataDir, "names.yaml");
    const known = facilities.flatMap(({ facility }) => (facility === undefined ? [] : [facility]));
    if (!existsSync(path)) {
      if (known.length === 0) return [];
      return [
        note(
          {
            zh: "没有 names.yaml：页面上只显示代号",
            en: "there is no names.yaml: pages show pseudonyms only",
          },
          FORM,
        ),
      ];
    }
    try {
      const file = namesIn(parse(readFileSync(path, "utf8")));
      return known.flatMap(({ facility, residents, staff }) => {
        const own = file.get(facility.id) ?? new Set<string>();
        const ids = [...residents, ...staff].map(({ id }) => id);
        return [...unnamed(facility.id, ids, own), ...unknown(facility.id, ids, own)];
      });
    } catch (thrown) {
      const why = messageOf(thrown).split("\n")[0] ?? "";
      return [
        wrong(
          { zh: `names.yaml 无法读取（${why}）`, en: `names.yaml cannot be read: ${why}` },
          FORM,
        ),
      ];
    }
  },
};

const FORM: Text = {
  zh: "格式：facilities: { 机构: { residents: { 代号: 姓名 }, staff: { 代号: 姓名 } } }",
  en: "its form: facilities: { FACILITY: { residents: { ID: NAME }, staff: { ID: NAME } } }",
};

function unnamed(facility: string, ids: readonly string[], own: ReadonlySet<string>): Finding[] {
  const without = ids.filter((id) => !own.has(id));
  if (without.length === 0) return [];
  const list = listed(without);
  return [
    note(
      {
        zh: `${facility}：names.yaml 中没有 ${list} 的姓名`,
        en: `${facility}: names.yaml has no name of ${list}`,
      },
      FORM,
    ),
  ];
}

function unknown(facility: string, ids: readonly string[], own: ReadonlySet<string>): Finding[] {
  const without = [...own].filter((id) => !ids.includes(id));
  if (without.length === 0) return [];
  const list = listed(without);
  return [
    wrong(
      {
        zh: `${facility}：names.yaml 中的 ${list} 不在机构文件里`,
        en: `${facility}: names.yaml names ${list}, which the facility file does not have`,
      },
      { zh: "更正代号，或删除该行", en: "correct the id, or take the line out" },
    ),
  ];
}

/** Ids that have a name, per facility. Throws on another form. */
function namesIn(value: unknown): ReadonlyMap<string, ReadonlySet<string>> {
  const record = (part: unknown): Record<string, unknown> => {
    if (part === undefined || part === null) return {};
    if (typeof part === "object" && !Array.isArray(part)) return part as Record<string, unknown>;
    throw new TypeError(FORM.en);
  };
  const facilities = record(record(value)["facilities"]);
  return new Map(
    Object.entries(facilities).map(([id, people]) => {
      const { residents, staff } = record(people);
      return [id, new Set([...Object.keys(record(residents)), ...Object.keys(record(staff))])];
    }),
  );
}

export function listed(ids: readonly string[]): string {
  return ids.length > NAMED
    ? `${ids.slice(0, NAMED).join(", ")} (+${ids.length - NAMED})`
    : ids.join(", ");
}
