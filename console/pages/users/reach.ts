/** Whether a phone could open this page's own address. Pure. */

/** `hostname` as a URL has it. Only this machine answers there: `localhost`, 127.0.0.0/8 and ::1 (RFC 6761, 1122, 4291). */
export function isOwnMachine(hostname: string): boolean {
  return /^(?:(?:.+\.)?localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(hostname);
}
