/**
 * Builds the console into `dist`: `node console/build.ts`. Nothing is done when `dist` is of the same source.
 *
 *   source -> hash -+- same as dist/source.txt -> done
 *                   +- else: Vite -> dist.<pid> -> each text compressed beside itself -> renamed to dist
 *
 * A build that fails leaves the old `dist` as it was. The files of the build before stay beside the new ones: pages that are open still ask
 * for them. Exit: 0 done, 1 failed.
 */
import { createHash } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import react from "@vitejs/plugin-react";
import { build } from "vite";

const ROOT = fileURLToPath(new URL(".", import.meta.url));

/** Where the built console is served from. */
export const DIST = join(ROOT, "dist");

/** What the console is made of: its own files, the part of core that runs in the browser, and the packages' versions. */
const SOURCES = [
  "*.{ts,tsx,html,json}",
  "{app,api,live,words,parts,pages,public}/**/*.*",
  "../core/{points,rules,errors,time,result}/**/*.ts",
  "../package-lock.json",
];
/** A small answer gains nothing. */
const COMPRESS_FROM_BYTES = 1_024;

/** Builds when needed. Resolves with whether there was something to build; rejects with what Vite found wrong. */
export async function buildConsole(): Promise<"built" | "fresh"> {
  const source = sourceHash();
  const stamp = join(DIST, "source.txt");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === source) return "fresh";
  const fresh = `${DIST}.${process.pid}`;
  try {
    await build(options(fresh));
    compress(fresh);
    keepFormer(fresh);
    writeFileSync(join(fresh, "source.txt"), source);
    replace(fresh);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
  return "built";
}

function options(outDir: string): Parameters<typeof build>[0] {
  return {
    root: ROOT,
    configFile: false,
    logLevel: "warn",
    base: "./",
    plugins: [react()],
    resolve: {
      alias: [
        // Ant Design's own write styles without the nonce, which the page's policy refuses.
        { find: /^\.\/useScrollLocker$/, replacement: join(ROOT, "app", "scroll-lock.ts") },
        { find: /^\.\/getScrollBarSize$/, replacement: join(ROOT, "app", "scroll-bar.ts") },
      ],
    },
    build: {
      outDir,
      emptyOutDir: true,
      // Everything in files of our own: the page's policy allows no data: scripts or fonts.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      chunkSizeWarningLimit: 1_000,
      rolldownOptions: {
        onLog(level, log, handler) {
          // React's server marks have no meaning in a browser.
          if (log.code !== "MODULE_LEVEL_DIRECTIVE") handler(level, log);
        },
      },
    },
  };
}

function sourceHash(): string {
  const hash = createHash("sha256");
  const files = SOURCES.flatMap((pattern) => globSync(pattern, { cwd: ROOT }))
    .filter((path) => !/\.test\.tsx?$/.test(path))
    .toSorted();
  for (const path of files) {
    const bytes = readFileSync(join(ROOT, path));
    hash.update(`${path}\0${bytes.length}\0`).update(bytes);
  }
  return hash.digest("hex");
}

function compress(folder: string): void {
  for (const path of globSync("**/*.{js,css,html,svg}", { cwd: folder })) {
    const bytes = readFileSync(join(folder, path));
    if (bytes.length < COMPRESS_FROM_BYTES) continue;
    const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };
    writeFileSync(join(folder, `${path}.br`), brotliCompressSync(bytes, quality));
    writeFileSync(join(folder, `${path}.gz`), gzipSync(bytes, { level: 9 }));
  }
}

/** One generation only: `assets.txt` lists what a build has made itself. */
function keepFormer(fresh: string): void {
  const own = globSync("assets/*", { cwd: fresh });
  writeFileSync(join(fresh, "assets.txt"), own.join("\n"));
  const list = join(DIST, "assets.txt");
  const former = existsSync(list) ? readFileSync(list, "utf8").split("\n") : [];
  for (const path of former) {
    if (path === "" || existsSync(join(fresh, path)) || !existsSync(join(DIST, path))) continue;
    copyFileSync(join(DIST, path), join(fresh, path));
  }
}

/** Two builds at once end with one of them in place. */
function replace(fresh: string): void {
  const old = `${fresh}.old`;
  mkdirSync(DIST, { recursive: true });
  try {
    renameSync(DIST, old);
    renameSync(fresh, DIST);
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    if (code !== "ENOTEMPTY" && code !== "ENOENT") throw thrown;
  } finally {
    rmSync(old, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  // Started beside the services (cli/start): it ends with whoever started it.
  process.once("disconnect", () => process.exit(1));
  console.log(`console: ${await buildConsole()}`);
  process.exit(0);
}
