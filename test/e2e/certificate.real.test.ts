/** A renewed certificate is taken up while the service runs. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "node:tls";
import { setUp } from "@anhu/cli/setup";
import { FakeClock } from "@anhu/core/time";
import { startResponse } from "@anhu/response";
import { pino } from "pino";
import { afterAll, expect, test } from "vitest";

const LAN = "127.0.0.2";
const dataDir = mkdtempSync(join(tmpdir(), "anhu-certificate-"));

afterAll(() => rmSync(dataDir, { recursive: true }));

test("a certificate that is made anew is shown to who connects from then on, without a restart", async () => {
  const clock = new FakeClock(Date.now());
  const make = (lan: string) =>
    setUp({ dataDir, demo: false, lan, mqttPort: 1, now: clock.wall() });
  await make(LAN);
  const response = await startResponse({
    dataDir,
    httpPort: 0,
    consoleDir: join(dataDir, "console"),
    lan: { host: LAN, port: 0 },
    mqtt: {
      host: "127.0.0.1",
      port: 1,
      credentials: { client_id: "response", username: "response", password: "p" },
    },
    readings: { query: () => Promise.resolve([]), last: () => Promise.resolve([]) },
    clock,
    log: pino({ level: "silent" }),
  });
  const { lan: port = 0 } = response.ports;
  const first = await certificateAt(port);
  expect(first).toContain(LAN);
  await make("127.0.0.3");
  expect(await certificateAt(port)).toBe(first);
  clock.advance(60_000);
  expect(await certificateAt(port)).toContain("127.0.0.3");
  await response.close();
});

/** The names of the certificate that is shown there. */
function certificateAt(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: LAN, port, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerX509Certificate()?.subjectAltName ?? "");
      socket.destroy();
    });
    socket.once("error", reject);
  });
}
