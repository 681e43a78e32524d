import { AnhuError, messageOf } from "@anhu/core/errors";
import type { InfluxAccess, InfluxVersion } from "@anhu/core/influx";
import { authorizationOf, majorOf } from "@anhu/core/influx";

const ANSWER_MS = 10_000;

export interface Request {
  readonly method: "GET" | "POST" | "PATCH";
  readonly path: string;
  /** Sent as JSON; a URLSearchParams as a form. */
  readonly body?: object;
}

export interface Answer {
  readonly status: number;
  readonly json: unknown;
}

/** One InfluxDB, asked plainly over HTTP. */
export interface Server {
  readonly access: InfluxAccess;
  /**
   * The answer, if it is a good one (2xx) or its status is among `also`. Throws `influx_unreachable`, `influx_refused` (401, 403) and
   * `influx_failed`.
   */
  ask(request: Request, also?: readonly number[]): Promise<Answer>;
}

export interface Versioned {
  /** As the server says it, `1.6.7`; empty when it was given by ANHU_INFLUX_VERSION. */
  readonly said: string;
  readonly version: InfluxVersion;
}

export function influxServer(access: InfluxAccess): Server {
  const authorization = authorizationOf(access);
  return {
    access,
    async ask(request, also = []) {
      const reply = await send(access, request, authorization);
      const text = await reply.text();
      const json = parseJson(text);
      if (reply.ok || also.includes(reply.status)) return { status: reply.status, json };
      throw refusal(access, reply.status, reasonOf(json, text));
    },
  };
}

/** Asks for the version, where ANHU_INFLUX_VERSION does not give it. Throws `influx_version` for one that is not known. */
export async function versionOf({ access }: Server): Promise<Versioned> {
  // A 3.x wants to know who asks even for this.
  const reply = await send(access, { method: "GET", path: "/ping" }, authorizationOf(access));
  await reply.body?.cancel();
  const said = reply.headers.get("x-influxdb-version") ?? "";
  const version = access.version ?? majorOf(said);
  if (version !== undefined) return { said, version };
  const what = said === "" ? `answers ${reply.status} and no version` : `is of version "${said}"`;
  throw new AnhuError(
    "influx_version",
    `${hostOf(access)} ${what}: InfluxDB 1, 2 or 3 is needed; ANHU_INFLUX_VERSION says which where the server does not`,
    { fault: "environment", retry: false, about: factsOf(access) },
  );
}

async function send(
  access: InfluxAccess,
  { method, path, body }: Request,
  authorization: string | undefined,
): Promise<Response> {
  const form = body instanceof URLSearchParams;
  const headers = new Headers(authorization === undefined ? {} : { authorization });
  if (body !== undefined && !form) headers.set("content-type", "application/json");
  try {
    return await fetch(access.url + path, {
      method,
      headers,
      redirect: "manual",
      signal: AbortSignal.timeout(ANSWER_MS),
      ...(body === undefined ? {} : { body: form ? body : JSON.stringify(body) }),
    });
  } catch (cause) {
    const why = cause instanceof Error && cause.cause !== undefined ? cause.cause : cause;
    const text = `${hostOf(access)} does not answer (ANHU_INFLUX_URL): ${messageOf(why)}`;
    throw new AnhuError("influx_unreachable", text, {
      fault: "environment",
      retry: true,
      cause,
      about: factsOf(access),
    });
  }
}

function refusal(access: InfluxAccess, status: number, said: string): AnhuError {
  const host = hostOf(access);
  const about = { ...factsOf(access), status };
  const caller = { fault: "caller", retry: false, about } as const;
  if (status === 401) {
    const which = "ANHU_INFLUX_TOKEN, or ANHU_INFLUX_USER and ANHU_INFLUX_PASSWORD";
    return new AnhuError(
      "influx_refused",
      `${host} does not know the credentials (${which}): 401 ${said}`,
      caller,
    );
  }
  if (status === 403) {
    return new AnhuError(
      "influx_refused",
      `${host} knows the credentials, and they may not do that; set-up needs an administrator's: 403 ${said}`,
      caller,
    );
  }
  return new AnhuError("influx_failed", `${host} says ${status} ${said}`, {
    fault: "peer",
    retry: status >= 500,
    about,
  });
}

function factsOf({ url }: InfluxAccess): { readonly host: string } {
  return { host: new URL(url).host };
}

function hostOf({ url }: InfluxAccess): string {
  return `InfluxDB at ${new URL(url).host}`;
}

/** 1.x and 3.x say `error`, 2.x says `message`. */
function reasonOf(json: unknown, text: string): string {
  const { error, message } = (json ?? {}) as { error?: unknown; message?: unknown };
  const said = typeof error === "string" ? error : message;
  return (typeof said === "string" ? said : text).slice(0, 300);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return null;
    throw thrown;
  }
}
