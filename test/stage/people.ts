import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePorts } from "./anhu.ts";

/** Where a phone or the mailbox of the demo listens. */
const PORT = /(127\.0\.0\.1:|port: )(91\d\d)/g;

/**
 * The demo facility with phones and a mailbox on ports of its own: its usual ones may be those of a demo that runs beside the test.
 * Before the first start in an empty data directory.
 */
export async function ownPeople(dataDir: string): Promise<void> {
  const texts = ["facility.yaml", "channels.yaml"].map(
    (name) => [name, readFileSync(demoFile(name), "utf8")] as const,
  );
  const usual = [...new Set(texts.flatMap(([, text]) => portsOf(text)))];
  const free = await freePorts(usual.length);
  const own = new Map(usual.map((port, i) => [port, String(free[i])]));
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  for (const [name, text] of texts) {
    const moved = text.replaceAll(
      PORT,
      (_, before: string, port: string) => before + (own.get(port) ?? port),
    );
    writeFileSync(join(dataDir, name), moved, { mode: 0o600 });
  }
}

function portsOf(text: string): string[] {
  return [...text.matchAll(PORT)].map(([, , port = ""]) => port);
}

function demoFile(name: string): URL {
  return new URL(import.meta.resolve(`@anhu/firmware-sim/demo/${name}`));
}
