const ZH = {
  lang: "zh-CN",
  title: "安护",
  text: "控制台正在构建，本页会自动刷新，请稍候。报警照常接收和通知。",
};
const EN = {
  lang: "en",
  title: "Anhu",
  text: "The console is being built; this page reloads by itself. Alarms are received and people are called meanwhile.",
};

/** What stands in the console's place until it is built; in Chinese unless the browser wants English more (RFC 9110, 12.5.4). */
export function waitingPage(acceptLanguage: string): string {
  const { lang, title, text } = prefersEnglish(acceptLanguage) ? EN : ZH;
  return `<!doctype html>
<html lang="${lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="3">
<title>${title}</title>
</head>
<body><h1>${title}</h1><p>${text}</p></body>
</html>
`;
}

function prefersEnglish(acceptLanguage: string): boolean {
  return qualityOf(acceptLanguage, "en") > qualityOf(acceptLanguage, "zh");
}

function qualityOf(acceptLanguage: string, language: string): number {
  const found = acceptLanguage
    .toLowerCase()
    .split(",")
    .map((range) => /^\s*([a-z]{2})(?:-[\w-]+)?\s*(?:;\s*q=([\d.]+))?\s*$/.exec(range))
    .filter((match) => match?.[1] === language);
  return Math.max(0, ...found.map((match) => Number(match?.[2] ?? 1)));
}
