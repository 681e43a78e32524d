/** What follows when a gateway has done what it was told. */
import { openLogs } from "../store/log.ts";
import type { CommandRow } from "../store/commands.ts";
import type { Tx } from "../store/schema.ts";
import { beginTestMode, endTestMode } from "../store/test-modes.ts";

/** `test_mode`: which devices are in test mode is what the gateways have confirmed, and stands in the ledger. */
export async function commandDone(tx: Tx, command: CommandRow, now: number): Promise<void> {
  if (command.verb !== "test_mode") return;
  const { facility, gateway, by } = command;
  const { device, until, reason } = JSON.parse(command.args) as TestModeArgs;
  if (until === null) await endTestMode(tx, { facility, device });
  else await beginTestMode(tx, { facility, device, until, by, reason });
  const logs = await openLogs(tx, [facility], now);
  const type = until === null ? "test_mode_ended" : "test_mode_begun";
  const data = until === null ? { device, gateway } : { device, gateway, until, reason };
  logs.append(facility, { actor: by, type, data }, null);
  await logs.flush();
}

/** As http/test-mode.ts writes them: the gateway reads all but the reason. */
export interface TestModeArgs {
  readonly device: string;
  /** UTC ms; null: ends now. */
  readonly until: number | null;
  readonly by: string;
  readonly reason: string;
}
