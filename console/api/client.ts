/** The one way to the API: typed answers, problems as errors with a code, and the server's own time. */
import { AnhuError } from "@anhu/core/errors";
import type { Clock } from "@anhu/core/time";
import type { Problem } from "@anhu/response/api";

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export interface Api {
  /** Throws `ApiProblem`, `unreachable` or `bad_answer`, like all of these. */
  get<T>(path: string, query?: Query): Promise<T>;
  send<T>(method: "POST" | "PATCH" | "DELETE", path: string, body?: object): Promise<T>;
  /** UTC ms by the server's clock, as the last answer told it (whole seconds): a phone's own may be wrong. */
  now(): number;
}

/** The API has refused: `code` is of docs/errors.md. */
export class ApiProblem extends AnhuError {
  readonly status: number;
  /** How long to wait before it is tried again (Retry-After; RFC 9110, 10.2.3); null: it does not say. */
  readonly waitMs: number | null;

  constructor(problem: Problem, waitMs: number | null) {
    super(problem.code, problem.detail, { fault: "caller", retry: problem.status >= 500 });
    this.name = "ApiProblem";
    this.status = problem.status;
    this.waitMs = waitMs;
  }
}

export interface ApiOptions {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  readonly clock: Clock;
  /** Called when an answer says that nobody is signed in. */
  readonly onSignedOut: () => void;
}

const API = "/api/v1";
const ANSWER_MS = 10_000;
/** Differences below this are the header's whole seconds and the way. */
const SKEW_MS = 2_000;

export function openApi({ fetch, clock, onSignedOut }: ApiOptions): Api {
  let skewMs = 0;

  async function ask<T>(path: string, init: RequestInit): Promise<T> {
    let answer: Response;
    try {
      answer = await fetch(`${API}/${path}`, { ...init, signal: AbortSignal.timeout(ANSWER_MS) });
    } catch (cause) {
      throw new AnhuError("unreachable", `no answer to ${path}`, {
        fault: "environment",
        retry: true,
        cause,
      });
    }
    const said = Date.parse(answer.headers.get("date") ?? "");
    if (Number.isFinite(said)) {
      const found = said - clock.wall();
      skewMs = Math.abs(found) < SKEW_MS ? 0 : found;
    }
    const body = await bodyOf(answer);
    if (answer.ok) return body as T;
    const problem = problemOf(body, answer.status);
    if (problem.code === "not_signed_in") onSignedOut();
    throw new ApiProblem(problem, waitOf(answer));
  }

  return {
    get: (path, query = {}) => ask(`${path}${queryText(query)}`, { method: "GET" }),
    send: (method, path, body) =>
      ask(path, {
        method,
        ...(body === undefined
          ? {}
          : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
      }),
    now: () => clock.wall() + skewMs,
  };
}

/** A path of the API whose parts cannot lead elsewhere: pathOf`facilities/${id}/rooms`. */
export function pathOf(texts: TemplateStringsArray, ...parts: readonly string[]): string {
  return String.raw({ raw: texts }, ...parts.map((part) => encodeURIComponent(part)));
}

/** `?a=1&b=x`; what is undefined or empty is left out. */
function queryText(query: Query): string {
  const pairs = Object.entries(query).flatMap(([key, value]) =>
    value === undefined || value === "" ? [] : [[key, String(value)]],
  );
  return pairs.length === 0 ? "" : `?${new URLSearchParams(pairs).toString()}`;
}

function waitOf({ headers }: Response): number | null {
  const seconds = Number(headers.get("retry-after") ?? "none");
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1_000 : null;
}

async function bodyOf(answer: Response): Promise<unknown> {
  if (answer.status === 204) return null;
  const text = await answer.text();
  if (text === "") return null;
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new AnhuError("bad_answer", `HTTP ${answer.status} without JSON`, {
      fault: "peer",
      retry: true,
      cause,
    });
  }
}

function problemOf(body: unknown, status: number): Problem {
  if (typeof body === "object" && body !== null && "code" in body && "detail" in body) {
    return body as Problem;
  }
  return { type: "about:blank", title: "", status, detail: `HTTP ${status}`, code: "unknown" };
}
