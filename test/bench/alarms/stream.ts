import { get } from "node:http";
import { createInterface } from "node:readline";

/** What of an incident is looked at (CONTRACTS.md, HTTP). */
export interface Incident {
  readonly id: string;
  readonly state: string;
  readonly alerts: readonly { readonly device: string; readonly onset: number }[];
}

/** Calls with every incident that response has stored, from now on; resolves when it listens. The returned function ends it. */
export async function streamIncidents(
  { httpPort: port, apiToken }: { readonly httpPort: number; readonly apiToken: string },
  tell: (incident: Incident) => void,
): Promise<() => void> {
  const headers = { authorization: `Bearer ${apiToken}` };
  const listening = Promise.withResolvers<void>();
  const request = get({ host: "127.0.0.1", port, path: "/api/v1/stream", headers }, (response) => {
    let event = "";
    response.on("error", () => {
      // Ended by us, or by response: then the alarms that it does not tell are missed.
    });
    const lines = createInterface({ input: response });
    lines.on("error", () => undefined);
    lines.on("line", (line) => {
      if (line.startsWith("event: ")) event = line.slice("event: ".length);
      if (!line.startsWith("data: ")) return;
      if (event === "incident") tell(JSON.parse(line.slice("data: ".length)) as Incident);
      else listening.resolve();
    });
  });
  request.on("error", (error) => listening.reject(error));
  await listening.promise;
  return () => request.destroy();
}
