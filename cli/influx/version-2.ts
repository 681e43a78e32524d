/**
 * 2.x, by its API:
 *
 *   bucket ANHU_INFLUX_DB            <- DBRP mapping: database of its name, policy "autogen", the default: what InfluxQL asks
 *   bucket ANHU_INFLUX_DB/hourly     <- DBRP mapping: the same database, policy "hourly"
 *      ^------ tasks in Flux, every hour
 */
import { AnhuError } from "@anhu/core/errors";
import { pathTo } from "@anhu/core/influx";
import type { RollUp } from "./plan.ts";
import { FUNCTIONS, HOURLY, HOURLY_DAYS, LOOK_BACK_HOURS, rollUps } from "./plan.ts";
import type { Server } from "./server.ts";
import type { Step, Wanted } from "./step.ts";
import { retentionOutcome } from "./step.ts";

const DAY_S = 86_400;

interface Bucket {
  readonly id: string;
  readonly orgID: string;
  readonly retentionRules?: readonly { readonly everySeconds: number }[];
}

interface Mapping {
  readonly id: string;
  readonly bucketID: string;
  readonly retention_policy: string;
  readonly default: boolean;
  /** Made up by the server from the bucket's name, and gone with the first of ours. */
  readonly virtual?: boolean;
}

interface Task {
  readonly id: string;
  readonly name: string;
  readonly flux: string;
}

/** Makes what is missing in a 2.x. Throws as `Server.ask` does, and `influx_organization`. */
export async function setUpVersion2(server: Server, wanted: Wanted): Promise<Step[]> {
  const { database } = server.access;
  const raw = await ensureBucket(server, database, wanted);
  const { orgID } = raw.bucket;
  const hourlyName = `${database}/${HOURLY}`;
  const kept: Wanted = { days: HOURLY_DAYS, asked: false };
  const hourly = await ensureBucket(server, hourlyName, kept, orgID);
  const mappings = [
    await ensureMapping(server, raw.bucket, { policy: "autogen", isDefault: true }),
    await ensureMapping(server, hourly.bucket, { policy: HOURLY, isDefault: false }),
  ];
  return [...raw.steps, ...hourly.steps, ...mappings, ...(await ensureTasks(server, orgID))];
}

/** The Flux of a roll-up: whole hours only, the same ones again at each run, so that late readings are in. An organization may have several databases. */
function task(database: string, rollUp: RollUp): { name: string; flux: string } {
  const name = `anhu hourly ${database}/${rollUp.measurement}`;
  const fields = rollUp.fields.map((field) => `r._field == ${fluxText(field)}`);
  const flux = `import "date"

option task = {name: ${fluxText(name)}, every: 1h, offset: 5m}

to_hour = date.truncate(t: now(), unit: 1h)
readings = from(bucket: ${fluxText(database)})
    |> range(start: date.sub(d: ${LOOK_BACK_HOURS}h, from: to_hour), stop: to_hour)
    |> filter(fn: (r) => r._measurement == ${fluxText(rollUp.measurement)})
    |> filter(fn: (r) => ${fields.join(" or ")})
hourly = (suffix, fn) => readings
    |> aggregateWindow(every: 1h, fn: fn, createEmpty: false, timeSrc: "_start")
    |> map(fn: (r) => ({r with _field: r._field + suffix}))
    |> to(bucket: ${fluxText(`${database}/${HOURLY}`)})

${FUNCTIONS.map((fn) => `hourly(suffix: "_${fn}", fn: ${fn})`).join("\n")}
`;
  return { name, flux };
}

/** A string of Flux, which would run what stands in `${}`. */
function fluxText(text: string): string {
  return JSON.stringify(text).replaceAll("${", "\\${");
}

async function ensureBucket(
  server: Server,
  name: string,
  wanted: Wanted,
  organization?: string,
): Promise<{ bucket: Bucket; steps: Step[] }> {
  const found = await findBucket(server, name, organization);
  const retentionRules = rulesFor(wanted.days);
  if (found === undefined) {
    const orgID = organization ?? (await onlyOrganization(server));
    const body = { orgID, name, retentionRules };
    const { json } = await server.ask({ method: "POST", path: "/api/v2/buckets", body });
    const steps: Step[] = [
      { what: "bucket", name, outcome: "made" },
      { what: "retention", name, outcome: "made", days: wanted.days },
    ];
    return { bucket: json as Bucket, steps };
  }
  const outcome = retentionOutcome((found.retentionRules?.[0]?.everySeconds ?? 0) / DAY_S, wanted);
  if (outcome.outcome === "changed") {
    const path = `/api/v2/buckets/${found.id}`;
    await server.ask({ method: "PATCH", path, body: { retentionRules } });
  }
  const steps: Step[] = [
    { what: "bucket", name, outcome: "found" },
    { what: "retention", name, ...outcome },
  ];
  return { bucket: found, steps };
}

/** A 2.x of some releases answers 404 when the name is not there, others an empty list. */
async function findBucket(
  server: Server,
  name: string,
  organization?: string,
): Promise<Bucket | undefined> {
  const within = organization === undefined ? {} : { orgID: organization };
  const path = pathTo("/api/v2/buckets", { name, ...within });
  const { status, json } = await server.ask({ method: "GET", path }, [404]);
  if (status === 404) return undefined;
  const { buckets = [] } = json as { buckets?: readonly Bucket[] };
  return buckets[0];
}

/** A new bucket belongs to the token's organization. */
async function onlyOrganization(server: Server): Promise<string> {
  const { json } = await server.ask({ method: "GET", path: "/api/v2/orgs" });
  const { orgs = [] } = json as { orgs?: readonly { readonly id: string }[] };
  const [only, ...others] = orgs;
  if (only !== undefined && others.length === 0) return only.id;
  throw new AnhuError(
    "influx_organization",
    `the token sees ${orgs.length} organizations and there is no bucket "${server.access.database}": make the bucket in the right one first, or use a token of that one`,
    {
      fault: "caller",
      retry: false,
      about: { count: orgs.length, database: server.access.database },
    },
  );
}

async function ensureMapping(
  server: Server,
  { id: bucketID, orgID }: Bucket,
  { policy, isDefault }: { readonly policy: string; readonly isDefault: boolean },
): Promise<Step> {
  const { database } = server.access;
  const step = { what: "mapping", name: `${database}.${policy}` } as const;
  const path = pathTo("/api/v2/dbrps", { orgID, db: database });
  const { json } = await server.ask({ method: "GET", path });
  const { content = [] } = json as { content?: readonly Mapping[] };
  const found = content.find(
    (one) => one.retention_policy === policy && one.virtual !== true && one.bucketID === bucketID,
  );
  if (found !== undefined && (found.default || !isDefault)) return { ...step, outcome: "found" };
  const wanted = { orgID, bucketID, database, retention_policy: policy, default: isDefault };
  if (found === undefined) {
    await server.ask({ method: "POST", path: "/api/v2/dbrps", body: wanted });
    return { ...step, outcome: "made" };
  }
  const one = pathTo(`/api/v2/dbrps/${found.id}`, { orgID });
  await server.ask({ method: "PATCH", path: one, body: { default: true } });
  return { ...step, outcome: "changed" };
}

async function ensureTasks(server: Server, orgID: string): Promise<Step[]> {
  const steps: Step[] = [];
  for (const rollUp of rollUps()) {
    const { name, flux } = task(server.access.database, rollUp);
    const path = pathTo("/api/v2/tasks", { orgID, name });
    const { json } = await server.ask({ method: "GET", path });
    const { tasks = [] } = json as { tasks?: readonly Task[] };
    const found = tasks.find((one) => one.name === name);
    const step = { what: "roll_up", name } as const;
    if (found === undefined) {
      const body = { orgID, flux, status: "active" };
      await server.ask({ method: "POST", path: "/api/v2/tasks", body });
    } else if (found.flux !== flux) {
      await server.ask({ method: "PATCH", path: `/api/v2/tasks/${found.id}`, body: { flux } });
    }
    const outcome = found === undefined ? "made" : found.flux === flux ? "found" : "changed";
    steps.push({ ...step, outcome });
  }
  return steps;
}

function rulesFor(days: number): object[] {
  return days === 0 ? [] : [{ type: "expire", everySeconds: days * DAY_S }];
}
