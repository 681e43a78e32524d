import { useEffect } from "react";
import { useEnvironment } from "../app/environment.tsx";
import { openAttention } from "./attention.ts";
import { openPlayer } from "./audio.ts";

/** assumption: who is near has heard it by then; a page that was forgotten somewhere need not go on all night. */
const TOLD_MS = 600_000;

/** Where alarms were heard until now and are no longer: said by sound and in the tab's title for ten minutes, or until it is gone from the page. */
export function LostSound({ title, on }: { readonly title: string; readonly on: boolean }) {
  const { clock } = useEnvironment();
  useEffect(() => {
    const player = openPlayer(clock, () => undefined);
    const attention = openAttention(clock);
    attention.call(title);
    player.play(on ? "lost" : null);
    const cancel = clock.after(TOLD_MS, () => player.play(null));
    return () => {
      cancel();
      player.close();
      attention.close();
    };
  }, [clock, on, title]);
  return null;
}
