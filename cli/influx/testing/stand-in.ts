/** An InfluxDB 2.x and a 3.x of our own making, as far as set-up asks them: they keep what they are given. */
import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Record<string, unknown>;
  readonly authorization: string | undefined;
}

export interface Said {
  readonly status?: number;
  readonly version?: string;
  readonly body?: unknown;
}

export interface StandIn {
  readonly url: string;
  readonly asked: Asked[];
  close(): void;
}

/** Serves on a free loopback port. */
export async function serve(answer: (asked: Asked) => Said): Promise<StandIn> {
  const asked: Asked[] = [];
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://stand-in");
    const sent = await text(request);
    const isJson = request.headers["content-type"] === "application/json";
    const one: Asked = {
      method: request.method ?? "",
      path: pathname,
      query: searchParams,
      body: isJson ? (JSON.parse(sent) as Record<string, unknown>) : { sent },
      authorization: request.headers.authorization,
    };
    asked.push(one);
    const { status = 200, version, body } = answer(one);
    if (version !== undefined) response.setHeader("X-Influxdb-Version", version);
    response.setHeader("content-type", "application/json");
    response.statusCode = status;
    response.end(body === undefined ? "" : JSON.stringify(body));
  };
  const server = createServer((request, response) => void handle(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

interface Thing extends Record<string, unknown> {
  readonly id: string;
}

export interface State2 {
  readonly organizations: Thing[];
  readonly buckets: Thing[];
  readonly dbrps: Thing[];
  readonly tasks: Thing[];
}

/** InfluxDB 2.7 (its API's reference, docs.influxdata.com/influxdb/v2/api): one organization, one token. */
export function version2(state: State2): (asked: Asked) => Said {
  let made = 0;
  const add = (to: Thing[], body: Record<string, unknown>): Said => {
    const thing = { ...body, id: `${(made += 1)}` };
    to.push(thing);
    return { status: 201, body: thing };
  };
  const change = (of: Thing[], path: string, body: Record<string, unknown>): Said => {
    const at = of.findIndex(({ id }) => path.endsWith(`/${id}`));
    const before = of[at];
    if (before === undefined) return { status: 404, body: { message: "not found" } };
    of[at] = { ...before, ...body };
    return { body: of[at] };
  };
  return ({ method, path, query, body, authorization }) => {
    if (path === "/ping") return { status: 204, version: "v2.7.11" };
    if (authorization !== "Token right") {
      return { status: 401, body: { code: "unauthorized", message: "unauthorized access" } };
    }
    const [, , , kind] = path.split("/");
    if (kind === "orgs") return { body: { orgs: state.organizations } };
    if (kind === "buckets") {
      if (method === "POST") return add(state.buckets, body);
      if (method === "PATCH") return change(state.buckets, path, body);
      return { body: { buckets: state.buckets.filter(({ name }) => name === query.get("name")) } };
    }
    if (kind === "dbrps") {
      if (method === "POST") return add(state.dbrps, body);
      if (method === "PATCH") return change(state.dbrps, path, body);
      return {
        body: { content: state.dbrps.filter((one) => one["database"] === query.get("db")) },
      };
    }
    if (kind !== "tasks") return { status: 404, body: { message: "path not found" } };
    if (method === "PATCH") return change(state.tasks, path, body);
    if (method !== "POST") {
      return { body: { tasks: state.tasks.filter(({ name }) => name === query.get("name")) } };
    }
    const name = /name: ("(?:[^"\\]|\\.)*")/.exec(String(body["flux"]))?.[1] ?? '""';
    return add(state.tasks, { ...body, name: JSON.parse(name.replaceAll("\\$", "$")) as unknown });
  };
}

/** InfluxDB 3 Core: databases by its configuration API. */
export function version3(databases: Map<string, string | undefined>): (asked: Asked) => Said {
  return ({ method, path, body }) => {
    if (path === "/ping") return { version: "3.4.1" };
    if (path !== "/api/v3/configure/database") return { status: 404 };
    if (method === "GET") {
      return { body: [...databases.keys()].map((name) => ({ "iox::database": name })) };
    }
    databases.set(String(body["db"]), body["retention_period"] as string | undefined);
    return { status: 200 };
  };
}
