import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "@anhu/core/time";
import { pino } from "pino";
import { expect, onTestFinished, test } from "vitest";
import { run } from "./main.ts";

test("without a certificate the broker says which file it misses", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "anhu-broker-"));
  onTestFinished(() => rmSync(dataDir, { recursive: true }));
  const parts = { clock: systemClock(), log: pino({ level: "silent" }) };
  const starting = run({ dataDir, mqttPort: 0, mqttsPort: 0 }, parts);
  const message = expect.stringContaining(join(dataDir, "tls", "server.key")) as string;
  await expect(starting).rejects.toMatchObject({ code: "tls_unreadable", message });
});
