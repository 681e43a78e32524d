/** `anhu compose-init FOLDER`: the secrets that docker-compose.yml names, one file each; what is there stays. */
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { problemText } from "../problems/index.ts";
import { writePrivate } from "../setup/files.ts";
import { isChinese } from "../terminal.ts";

export interface ComposeOptions {
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly out: { write(text: string): unknown };
  readonly err: { write(text: string): unknown };
}

const SECRET_BYTES = 32;
const CANNOT_START = 3;

/** Each secret, and how its text is made of fresh ones; `of` gives one that stands before it in the list. */
const SECRETS: readonly (readonly [
  name: string,
  text: (of: (name: string) => string) => string,
])[] = [
  ["anhu_postgres_password", fresh],
  [
    "anhu_database_url",
    (of) => `postgres://anhu:${of("anhu_postgres_password")}@127.0.0.1:5432/anhu`,
  ],
  ["anhu_influx_password", fresh],
  ["anhu_influx_token", fresh],
  ["anhu_influx_authorization", (of) => `Token ${of("anhu_influx_token")}`],
  ["anhu_grafana_password", fresh],
];

/** Resolves to the exit code: 0 done, 3 the folder cannot be written. */
export function runComposeInit({ folder, env, out, err }: ComposeOptions): number {
  const chinese = isChinese(env);
  try {
    const made = SECRETS.filter(([name]) => !existsSync(join(folder, name)));
    for (const [name, text] of made) {
      writePrivate(
        join(folder, name),
        text((other) => readFileSync(join(folder, other), "utf8")),
      );
    }
    const names = made.map(([name]) => name).join(" ") || "-";
    out.write(chinese ? `${folder}：新生成 ${names}\n` : `${folder}: made ${names}\n`);
    return 0;
  } catch (thrown) {
    const why = problemText(thrown, env);
    err.write(
      chinese
        ? `无法写入 ${folder}（${why}）：请执行 install -d -o 1000 -g 1000 -m 700 deploy/secrets\n`
        : `${folder} cannot be written (${why}): install -d -o 1000 -g 1000 -m 700 deploy/secrets\n`,
    );
    return CANNOT_START;
  }
}

/** Letters, digits, `-` and `_`: it stands in an address without escapes. */
function fresh(): string {
  return randomBytes(SECRET_BYTES).toString("base64url");
}
