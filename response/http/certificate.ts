/** The server's certificate for the local network, as `anhu start` keeps it in `tls/`; a renewed one is taken up without a restart. */
import { X509Certificate } from "node:crypto";
import { existsSync, readFileSync, statSync } from "node:fs";
import { isIP } from "node:net";
import { join } from "node:path";
import { AnhuError, messageOf } from "@anhu/core/errors";
import type { Clock } from "@anhu/core/time";
import type { Logger } from "pino";

export interface Certificate {
  readonly pem: { readonly key: string; readonly cert: string };
  /** Whether the certificate is of this name, as a `Host` header has it (RFC 9110, 7.2): a browser asks by no other without a warning. */
  names(host: string): boolean;
  /** Called with each renewal. */
  onRenewed: (pem: Certificate["pem"]) => void;
  close(): void;
}

const LOOK_MS = 60_000;

/** Reads `server.key` and `server.crt` in a folder. Throws `tls_unreadable`. */
export function openCertificate(options: {
  readonly folder: string;
  readonly clock: Clock;
  readonly log: Logger;
}): Certificate {
  const { folder, clock, log } = options;
  let current = read(folder);
  let cancel = clock.after(LOOK_MS, look);

  function look(): void {
    cancel = clock.after(LOOK_MS, look);
    try {
      if (changedAt(folder) === current.changedAt) return;
      current = read(folder);
      certificate.onRenewed(current.pem);
      log.info({ until: current.x509.validTo }, "certificate renewed");
    } catch (thrown) {
      // Key and certificate are written one after the other: the next look finds both.
      log.warn(
        { reason: messageOf(thrown) },
        "a new certificate cannot be read: the old one stays",
      );
    }
  }

  const certificate: Certificate = {
    get pem() {
      return current.pem;
    },
    names: (host) => isNamed(current.x509, host),
    onRenewed: () => undefined,
    close: () => cancel(),
  };
  return certificate;
}

/** The local CA's certificate, PEM; null: there is none. */
export function readCa(folder: string): string | null {
  const path = join(folder, "ca.crt");
  return existsSync(path) ? readFileSync(path, "utf8") : null;
}

function read(folder: string) {
  const at = changedAt(folder);
  const [keyPath, certPath] = [join(folder, "server.key"), join(folder, "server.crt")];
  try {
    const pem = { key: readFileSync(keyPath, "utf8"), cert: readFileSync(certPath, "utf8") };
    const x509 = new X509Certificate(pem.cert);
    return { pem, x509, changedAt: at };
  } catch (cause) {
    const text = `the certificate in ${folder} cannot be used: ${messageOf(cause)}`;
    const options = { fault: "environment", retry: false, cause, about: { path: folder } } as const;
    throw new AnhuError("tls_unreadable", text, options);
  }
}

function changedAt(folder: string): number {
  return statSync(join(folder, "server.crt"), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function isNamed(x509: X509Certificate, host: string): boolean {
  const [, name = ""] = /^(\[[0-9a-fA-F:.]+\]|[^:[\]]+)(?::\d{1,5})?$/.exec(host) ?? [];
  const bare = name.replace(/^\[|\]$/g, "");
  if (bare === "") return false;
  return (isIP(bare) === 0 ? x509.checkHost(bare) : x509.checkIP(bare)) !== undefined;
}
