/** What the health check of a container looks at. */
import { connect } from "node:net";
import { heldPlaces } from "../start/lock.ts";

export interface AliveOptions {
  readonly dataDir: string;
  /** Ports of loopback that must listen, addresses that must answer well, services that must hold their place in the data directory. */
  readonly what: readonly string[];
  readonly err: { write(text: string): unknown };
}

const ANSWER_MS = 5_000;

/** Resolves to the exit code: 0 all of it is alive, 1 something is not. */
export async function runAlive({ dataDir, what, err }: AliveOptions): Promise<number> {
  const answers = await Promise.all(
    what.map(async (one) => {
      const alive = /^\d+$/.test(one)
        ? await listens(Number(one))
        : one.includes("://")
          ? await answersWell(one)
          : heldPlaces(dataDir).includes(one);
      if (!alive) err.write(`${one}: no\n`);
      return alive;
    }),
  );
  return answers.every(Boolean) ? 0 : 1;
}

function listens(port: number): Promise<boolean> {
  const socket = connect({ host: "127.0.0.1", port, timeout: ANSWER_MS });
  return new Promise<boolean>((resolve) => {
    socket.once("connect", () => resolve(true));
    for (const event of ["timeout", "error"]) socket.once(event, () => resolve(false));
  }).finally(() => socket.destroy());
}

async function answersWell(address: string): Promise<boolean> {
  try {
    const answer = await fetch(address, { signal: AbortSignal.timeout(ANSWER_MS) });
    await answer.body?.cancel();
    return answer.ok;
  } catch (thrown) {
    // Not reached, or too late; anything else is a mistake of ours.
    if (thrown instanceof TypeError || thrown instanceof DOMException) return false;
    throw thrown;
  }
}
