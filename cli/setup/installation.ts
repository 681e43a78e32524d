import { join } from "node:path";
import { AnhuError } from "@anhu/core/errors";
import { readJson } from "./files.ts";

/** The address of the last `--lan` in a data directory; null: the last start had none. Throws `not_set_up` before a first start. */
export function lanOfLastStart(dataDir: string): string | null {
  const found = readJson(join(dataDir, "installation.json")) as { lan: string | null } | undefined;
  if (found !== undefined) return found.lan;
  const text = `nothing has been started in ${dataDir} yet: run "npm start" first, or set ANHU_DATA`;
  throw new AnhuError("not_set_up", text, {
    fault: "caller",
    retry: false,
    about: { dataDir },
  });
}
