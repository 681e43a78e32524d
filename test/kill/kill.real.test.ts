import { expect, test } from "vitest";
import { killTest } from "./run.ts";
import { figures, verdict } from "./verdict.ts";

test("under kills and outages no alarm is lost, no incident doubled, no confirmed reading lost or stored twice", async () => {
  const printed: string[] = [];
  const report = await killTest({ minutes: 1.5, say: (line) => printed.push(line) });
  console.log(figures(report));
  expect(
    verdict(report),
    `${printed.join("\n")}\n${JSON.stringify([...report.lost, ...report.silent, ...report.invented].slice(0, 10))}`,
  ).toEqual([]);
}, 420_000);
