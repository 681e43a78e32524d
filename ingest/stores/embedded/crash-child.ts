/** Run by the store's test: writes one point after another and says which is stored, until it is killed. */
import { systemClock } from "@anhu/core/time";
import { openEmbeddedStore } from "./store.ts";

const path = process.argv[2] ?? "";
const store = await openEmbeddedStore({ path, clock: systemClock(), retentionDays: 400 });
for (let at = 1; at < 10_000; at++) {
  const text = `smoke,device=s,facility=f,gateway=g,room=r alarm=true ${at}\n`;
  await store.write({ bytes: new TextEncoder().encode(text), count: 1 });
  process.stdout.write(`${at}\n`);
}
