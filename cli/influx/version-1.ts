/**
 * 1.x, in InfluxQL:
 *
 *   database ANHU_INFLUX_DB -+- its default retention policy: readings, and what response writes
 *                            +- retention policy "hourly"  <-- continuous queries, every hour
 */
import { AnhuError } from "@anhu/core/errors";
import { quoteName } from "@anhu/core/influx";
import type { RollUp } from "./plan.ts";
import { fingerprint, FUNCTIONS, HOURLY, HOURLY_DAYS, LOOK_BACK_HOURS, rollUps } from "./plan.ts";
import type { Server } from "./server.ts";
import type { Step, Wanted } from "./step.ts";
import { retentionOutcome } from "./step.ts";

const PREFIX = "anhu_hourly_";
/** What a database is given by the server that has none of ours. */
const FIRST_POLICY = "autogen";

/** Makes what is missing in a 1.x. Throws as `Server.ask` does. */
export async function setUpVersion1(server: Server, wanted: Wanted): Promise<Step[]> {
  const { database } = server.access;
  const names = await query(server, "SHOW DATABASES");
  const found = names.some(({ name }) => name === database);
  if (!found) await query(server, createDatabase(database, wanted));
  return [
    { what: "database", name: database, outcome: found ? "found" : "made" },
    ...(await setUpPolicies(server, found, wanted)),
    ...(await setUpQueries(server)),
  ];
}

/** The continuous query of a roll-up; its name ends with what tells this definition from another. */
function continuousQuery(database: string, rollUp: RollUp): { name: string; text: string } {
  const columns = rollUp.fields.flatMap((field) =>
    FUNCTIONS.map((fn) => `${fn}(${quoteName(field)}) AS ${quoteName(`${field}_${fn}`)}`),
  );
  const into = [database, HOURLY, rollUp.measurement].map(quoteName).join(".");
  const body =
    `RESAMPLE EVERY 1h FOR ${LOOK_BACK_HOURS}h BEGIN SELECT ${columns.join(", ")} ` +
    `INTO ${into} FROM ${quoteName(rollUp.measurement)} GROUP BY time(1h), * END`;
  const name = `${PREFIX}${rollUp.measurement}_${fingerprint(body)}`;
  return {
    name,
    text: `CREATE CONTINUOUS QUERY ${quoteName(name)} ON ${quoteName(database)} ${body}`,
  };
}

async function setUpPolicies(server: Server, old: boolean, wanted: Wanted): Promise<Step[]> {
  const on = quoteName(server.access.database);
  const policies = await query(server, `SHOW RETENTION POLICIES ON ${on}`);
  const raw = policies.find((policy) => policy["default"] === true);
  const name = textOf(raw?.["name"]) || FIRST_POLICY;
  const days = daysOf(raw?.["duration"]);
  const outcome = retentionOutcome(days, wanted);
  if (outcome.outcome === "changed") {
    await query(
      server,
      `ALTER RETENTION POLICY ${quoteName(name)} ON ${on} DURATION ${forDays(wanted.days)}`,
    );
  }
  const made: Step = { what: "retention", name, outcome: "made", days };
  const first: Step = old ? { what: "retention", name, ...outcome } : made;

  const hourly = policies.find((policy) => policy["name"] === HOURLY);
  const second: Step = { what: "retention", name: HOURLY, days: HOURLY_DAYS, outcome: "found" };
  if (hourly === undefined) {
    const duration = `DURATION ${forDays(HOURLY_DAYS)} REPLICATION 1`;
    await query(server, `CREATE RETENTION POLICY ${quoteName(HOURLY)} ON ${on} ${duration}`);
    return [first, { ...second, outcome: "made" }];
  }
  const kept = retentionOutcome(daysOf(hourly["duration"]), {
    days: HOURLY_DAYS,
    asked: false,
  });
  if (kept.outcome === "changed") {
    await query(
      server,
      `ALTER RETENTION POLICY ${quoteName(HOURLY)} ON ${on} DURATION ${forDays(HOURLY_DAYS)}`,
    );
  }
  return [first, { ...second, ...kept }];
}

async function setUpQueries(server: Server): Promise<Step[]> {
  const { database } = server.access;
  const shown = await query(server, "SHOW CONTINUOUS QUERIES", database);
  const present = shown.map(({ name }) => textOf(name)).filter((name) => name.startsWith(PREFIX));
  const wanted = rollUps().map((rollUp) => continuousQuery(database, rollUp));
  const steps: Step[] = [];
  for (const name of present.filter((one) => wanted.every((other) => other.name !== one))) {
    await query(server, `DROP CONTINUOUS QUERY ${quoteName(name)} ON ${quoteName(database)}`);
    steps.push({ what: "roll_up", name, outcome: "removed" });
  }
  for (const { name, text } of wanted) {
    const found = present.includes(name);
    if (!found) await query(server, text);
    steps.push({ what: "roll_up", name, outcome: found ? "found" : "made" });
  }
  return steps;
}

function createDatabase(database: string, { days }: Wanted): string {
  return `CREATE DATABASE ${quoteName(database)} WITH DURATION ${forDays(days)} NAME ${quoteName(FIRST_POLICY)}`;
}

function forDays(days: number): string {
  return days === 0 ? "INF" : `${days}d`;
}

/** 1.x shows a duration as `9600h0m0s`, and one without end as `0s`. */
function daysOf(duration: unknown): number {
  return Number(/^(\d+)h/.exec(textOf(duration))?.[1] ?? 0) / 24;
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

interface Result {
  readonly error?: string;
  readonly series?: readonly {
    readonly name?: string;
    readonly columns: readonly string[];
    readonly values?: readonly (readonly unknown[])[];
  }[];
}

/** The rows of one statement; of the series of this name, where one is given. */
async function query(
  server: Server,
  statement: string,
  series?: string,
): Promise<Record<string, unknown>[]> {
  const body = new URLSearchParams({ q: statement });
  const { json } = await server.ask({ method: "POST", path: "/query", body });
  const [result] = ((json ?? {}) as { results?: readonly Result[] }).results ?? [];
  if (result === undefined || result.error !== undefined) {
    throw new AnhuError(
      "influx_failed",
      `InfluxDB refuses "${statement.slice(0, 120)}": ${result?.error ?? "no answer of an InfluxDB 1.x"}`,
      { fault: "peer", retry: false },
    );
  }
  return (result.series ?? [])
    .filter(({ name }) => series === undefined || name === series)
    .flatMap(({ columns, values = [] }) =>
      values.map((row) => Object.fromEntries(columns.map((column, at) => [column, row[at]]))),
    );
}
