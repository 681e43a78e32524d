#!/usr/bin/env node
// Plain JavaScript so that an old Node can say what is wrong: the TypeScript behind it needs Node 24.
if (Number(process.versions.node.split(".")[0]) < 24) {
  process.stderr.write(
    `anhu needs Node 24, this is ${process.versions.node}: run it as "npx anhu" or by "npm start", which bring their own.\n`,
  );
  process.exit(3);
}
await import("./main.ts");
