/** Where a webhook may go: only what channels.yaml lists, so that a facility file cannot make the centre ask its own network. */

/** Slashes in disguise: what lies below a prefix for us may lie elsewhere for the far end. */
const DISGUISED = /%2f|%5c|\\/i;

/** The address as it is asked, when a prefix of the list allows it: scheme, host and port the same, the path below or equal; else null. */
export function allowedTarget(address: string, allow: readonly URL[]): URL | null {
  const url = URL.parse(address);
  if (url === null || url.username !== "" || url.password !== "") return null;
  if (DISGUISED.test(url.pathname)) return null;
  const allowed = allow.some(
    (prefix) =>
      prefix.protocol === url.protocol &&
      prefix.host === url.host &&
      isBelow(url.pathname, prefix.pathname),
  );
  return allowed ? url : null;
}

function isBelow(path: string, prefix: string): boolean {
  return path === prefix || path.startsWith(prefix.endsWith("/") ? prefix : `${prefix}/`);
}
