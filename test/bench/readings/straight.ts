/** The same points written straight to a store: what the way over broker and ingest is measured against. */
import { Agent, request } from "node:http";
import { openEmbeddedStore } from "@anhu/ingest";
import { systemClock } from "@anhu/core/time";
import { stamped } from "./chunks.ts";
import type { Leg } from "./course.ts";

/** Where to: a file of the embedded store, or an InfluxDB 1.x. */
export type Target =
  | { readonly store: "embedded"; readonly path: string }
  | {
      readonly store: "influx";
      readonly url: string;
      readonly database: string;
      readonly user: string;
      readonly password: string;
    };

/** Resolves with the number of points when they are stored; rejects otherwise. */
export type Write = (leg: Leg) => Promise<number>;

export function openTarget(target: Target): Promise<Write> {
  return target.store === "embedded" ? toEmbedded(target.path) : Promise.resolve(toInflux(target));
}

async function toEmbedded(path: string): Promise<Write> {
  const store = await openEmbeddedStore({ path, clock: systemClock(), retentionDays: 400 });
  return async ({ chunk, at }) => {
    const lines = { bytes: stamped(chunk.tagged, at), count: chunk.n, marks: chunk.marks.slice() };
    const outcome = await store.write(lines);
    if (outcome.outcome === "stored" && outcome.refused.length === 0) return chunk.n;
    throw new Error(`not stored: ${JSON.stringify(outcome)}`);
  };
}

function toInflux(target: Target & { readonly store: "influx" }): Write {
  const agent = new Agent({ keepAlive: true });
  const url = `${target.url}/write?${new URLSearchParams({ db: target.database, precision: "ms" }).toString()}`;
  const auth = `${target.user}:${target.password}`;
  return ({ chunk, at }) =>
    new Promise((resolve, reject) => {
      const post = request(url, { method: "POST", agent, auth }, (response) => {
        response.resume();
        response.once("end", () => {
          if (response.statusCode === 204) resolve(chunk.n);
          else reject(new Error(`InfluxDB says ${response.statusCode}`));
        });
      });
      post.once("error", reject);
      post.end(stamped(chunk.tagged, at));
    });
}
