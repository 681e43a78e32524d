import type { Clock } from "@anhu/core/time";
import type { Journal } from "../journal/index.ts";
import { openLink, risingTime, send } from "../mqtt/index.ts";
import type { Link, LinkOptions, Login, Saying } from "../mqtt/index.ts";

/**
 * One of Anhu's own devices (docs/protocols/native.md): `{base}/{address}/{kind}` with `{"t": ms, "n": count, ...fields}`, QoS 1.
 * A message keeps its `n` until the PUBACK. The buffer holds 1000 messages: at the bound the oldest routine one goes (it stays in
 * the journal, never confirmed), events only when nothing else is left.
 */
export interface NativeOptions {
  readonly url: string;
  readonly login: Login;
  readonly base: string;
  readonly address: string;
  /** Facility id; null when the facility file has none. */
  readonly device: string | null;
  readonly journal: Journal;
  readonly clock: Clock;
}

export interface NativeDevice {
  readonly link: Link;
  /** The device says something. Returns the id of the fact. */
  report(saying: Saying): string;
  close(): Promise<void>;
}

/** Switches the device on; it looks for its broker until `close`. */
export function openNativeDevice(
  options: NativeOptions,
  more: Pick<LinkOptions, "subscribe"> & { greeting?: LinkOptions["greeting"] } = {},
): NativeDevice {
  const { base, address, device, journal, clock } = options;
  const topic = `${base}/${address}`;
  const link = openLink({
    url: options.url,
    login: options.login,
    clock,
    will: { topic: `${topic}/online`, payload: "false" },
    greeting: () => [{ topic: `${topic}/online`, payload: "true" }, ...(more.greeting?.() ?? [])],
    ...(more.subscribe === undefined ? {} : { subscribe: more.subscribe }),
  });
  const time = risingTime(clock);
  // A real device counts on in its flash; the time of switching on is beyond every number used before.
  let n = clock.wall() % 2 ** 32;

  return {
    link,
    report({ kind, fields, routine }) {
      const t = time();
      const payload = JSON.stringify({ t, n, ...fields });
      n = (n + 1) % 2 ** 32;
      return send(
        { link, journal, clock, wire: address },
        {
          device,
          address,
          kind,
          fields,
          deviceTimeMs: t,
          topic: `${topic}/${kind}`,
          payload,
          routine,
        },
      );
    },
    close: () => link.close(),
  };
}
