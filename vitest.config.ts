import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: [
            "{core,broker,edge,ingest,response,dashboards,console,firmware-sim,cli}/**/*.test.ts",
            "test/{architecture,kill}/*.test.ts",
          ],
          exclude: ["**/node_modules/**", "**/*.real.test.ts"],
          // Not a promise of speed: machines are shared, and some tests write to the disk for good many times.
          testTimeout: 30_000,
          expect: { poll: { timeout: 10_000 } },
        },
      },
      {
        test: {
          name: "real",
          include: ["**/*.real.test.ts"],
          exclude: ["**/node_modules/**"],
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          expect: { poll: { timeout: 10_000 } },
        },
      },
    ],
  },
});
