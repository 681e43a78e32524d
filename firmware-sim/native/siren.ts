import { openNativeDevice } from "./device.ts";
import type { NativeDevice, NativeOptions } from "./device.ts";

/** What a siren does, as `{base}/{address}/set` asks for it. */
export interface SirenState {
  readonly on: boolean;
  readonly tone: string;
  readonly drill: boolean;
}

export type SirenListener = (state: SirenState & { readonly at: number }) => void;

/** A siren: does what `set` says, reports it retained on `state`, and writes each change into the journal (kind `siren`). */
export function openSiren(options: NativeOptions, onSet: SirenListener): NativeDevice {
  const { base, address, clock, journal } = options;
  const topic = `${base}/${address}`;
  let state: SirenState = { on: false, tone: "fire", drill: false };
  const answer = () =>
    JSON.stringify({ t: clock.wall(), on: state.on, ...(state.on ? { tone: state.tone } : {}) });

  const siren = openNativeDevice(options, {
    greeting: () => [{ topic: `${topic}/state`, payload: answer() }],
    subscribe: {
      topic: `${topic}/set`,
      onMessage(payload) {
        const wanted = parseSet(payload);
        const at = clock.wall();
        const fields = wanted === undefined ? { refused: true } : { ...wanted };
        journal.write({
          at,
          wire: address,
          device: options.device,
          address,
          kind: "siren",
          fields,
          device_time_ms: null,
          sent_at: at,
          listened: true,
        });
        if (wanted === undefined) return;
        state = wanted;
        siren.link.retain(`${topic}/state`, answer());
        onSet({ ...wanted, at });
      },
    },
  });
  return siren;
}

/** Undefined for anything that is not a `set`. */
function parseSet(payload: Uint8Array): SirenState | undefined {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(payload).toString());
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return undefined;
    throw thrown;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const { on, tone, drill } = value as Partial<Record<string, unknown>>;
  if (typeof on !== "boolean") return undefined;
  return { on, tone: typeof tone === "string" ? tone : "fire", drill: drill === true };
}
