#!/usr/bin/env node
// Plain JavaScript so that an old Node can say what is wrong: the TypeScript behind it needs Node 24.
if (Number(process.versions.node.split(".")[0]) < 24) {
  const { LC_ALL, LC_MESSAGES, LANG } = process.env;
  const own = process.versions.node;
  process.stderr.write(
    /^zh/i.test(LC_ALL || LC_MESSAGES || LANG || "")
      ? `anhu 需要 Node 24，当前为 ${own}：请用 npx anhu 或 npm start 运行，它们自带 Node。\n`
      : `anhu needs Node 24, this is ${own}: run it as "npx anhu" or by "npm start", which bring their own.\n`,
  );
  process.exit(3);
}
await import("./main.ts");
