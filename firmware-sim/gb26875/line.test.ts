import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SerialPort } from "serialport";
import { expect, it, vi } from "vitest";
import { systemClock } from "@anhu/core/time";
import { memoryJournal } from "../journal/memory.ts";
import { faultyWire, openPtyWire } from "../wire/index.ts";
import { CentreFramer, COMMAND, encodeFrame } from "./frame.ts";
import { startUitd } from "./uitd.ts";

/** A monitoring centre on a serial port that confirms what it understands. */
async function openCentre(path: string) {
  const port = new SerialPort({ path, baudRate: 115_200, autoOpen: false });
  const framer = new CentreFramer();
  port.on("data", (bytes: Buffer) => {
    for (const frame of framer.push(bytes)) {
      const { source: destination, destination: source } = frame;
      if (frame.command === COMMAND.send) {
        const adu = new Uint8Array(0);
        port.write(encodeFrame({ ...frame, source, destination, command: COMMAND.confirm, adu }));
      }
    }
  });
  await new Promise<void>((resolve, reject) =>
    port.open((error) => (error === null ? resolve() : reject(error))),
  );
  return () => new Promise<void>((resolve) => port.close(() => resolve()));
}

it("over a real line: no alarm is lost by spoilt frames, nor while the centre is away", async () => {
  const directory = mkdtempSync(join(tmpdir(), "anhu-line-"));
  const link = join(directory, "tty-panel");
  const clock = systemClock();
  const pty = openPtyWire({ name: "panel", link, baud: 115_200, clock });
  const wire = faultyWire(pty, () => 0.5);
  const journal = memoryJournal();
  const key = "1/1/0x00020001";
  const uitd = startUitd({
    wire,
    clock,
    journal,
    components: [{ type: 42, address: 0x00020001, text: "", device: "smoke-1" }],
    confirmTimeoutMs: 60,
    spoolPauseMs: 100,
  });
  const fires = () => journal.facts().filter((fact) => fact.kind === "smoke");
  const settled = () => vi.waitFor(() => expect(uitd.stats().waiting).toBe(0), { timeout: 5000 });

  const leave = await openCentre(link);
  await settled();
  wire.strikeNext({ fault: "flipped", fromEnd: 2 });
  wire.strikeNext({ fault: "garbage", count: 30 });
  wire.strikeNext({ fault: "lost" });
  uitd.setComponent(key, { fire: true });
  await settled();
  expect(fires()).toMatchObject([{ fields: { alarm: true }, listened: true }]);
  expect(fires()[0]?.confirmed_at).not.toBeNull();
  await leave();

  uitd.setComponent(key, { fault: true });
  await vi.waitFor(() => expect(uitd.stats().failed).toBeGreaterThan(0), { timeout: 5000 });
  expect(fires()[1]).toMatchObject({ listened: false, confirmed_at: null });
  const leaveAgain = await openCentre(link);
  await settled();
  expect(fires()[1]?.listened).toBe(true);
  expect(fires()[1]?.confirmed_at).not.toBeNull();

  await leaveAgain();
  uitd.stop();
  wire.close();
  rmSync(directory, { recursive: true });
});
