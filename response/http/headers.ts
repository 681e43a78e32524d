/** What every answer tells the browser: nothing but our own files, framed by nobody. */
import type { FastifyHelmetOptions } from "@fastify/helmet";

/** Content Security Policy Level 3. Styles that the page makes as it runs need the nonce; scripts come as files only. */
export function contentPolicy(nonce?: string): string {
  return Object.entries({
    "default-src": "'self'",
    "style-src": nonce === undefined ? "'self'" : `'self' 'nonce-${nonce}'`,
    "img-src": "'self' data:",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
  })
    .map(([name, sources]) => `${name} ${sources}`)
    .join("; ");
}

/** HSTS would lock people out when the local CA is made anew (RFC 6797, 11.3). The policy of content is `contentPolicy`. */
export const HELMET: FastifyHelmetOptions = {
  contentSecurityPolicy: false,
  strictTransportSecurity: false,
  referrerPolicy: { policy: "no-referrer" },
  xFrameOptions: { action: "deny" },
};
