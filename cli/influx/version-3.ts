/**
 * 3.x, by its API: a database with its retention. In the Core edition a retention is set once, when the database is made, and there are no
 * tasks: roll-ups would be plugins of its processing engine, which are files on the server (docs.influxdata.com/influxdb3/core).
 */
import { pathTo } from "@anhu/core/influx";
import type { Server } from "./server.ts";
import type { Step, Wanted } from "./step.ts";

const PATH = "/api/v3/configure/database";

/** Makes what is missing in a 3.x. Throws as `Server.ask` does. */
export async function setUpVersion3(server: Server, { days }: Wanted): Promise<Step[]> {
  const { database } = server.access;
  const rollUps: Step = {
    what: "roll_up",
    name: database,
    outcome: "not_possible",
    note: "no_tasks",
  };
  const found = await has(server, database);
  if (found) {
    return [
      { what: "database", name: database, outcome: "found" },
      { what: "retention", name: database, outcome: "kept", note: "fixed" },
      rollUps,
    ];
  }
  const retention = days === 0 ? {} : { retention_period: `${days}d` };
  await server.ask({ method: "POST", path: PATH, body: { db: database, ...retention } });
  return [
    { what: "database", name: database, outcome: "made" },
    { what: "retention", name: database, outcome: "made", days },
    rollUps,
  ];
}

async function has(server: Server, database: string): Promise<boolean> {
  const { json } = await server.ask({ method: "GET", path: pathTo(PATH, { format: "json" }) });
  const rows = Array.isArray(json) ? (json as readonly Record<string, unknown>[]) : [];
  return rows.some((row) => row["iox::database"] === database);
}
