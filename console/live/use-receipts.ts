import { useEffect, useRef, useState } from "react";
import { ApiProblem, pathOf } from "../api/client.ts";
import { useEnvironment } from "../app/environment.tsx";
import { useLive } from "./live.tsx";

/** A receipt that did not arrive is said again after this long, as long as its notice is open. */
const AGAIN_MS = 5_000;

/** Says of each notice that is on a visible screen that it was shown (a receipt of this device). */
export function useReceipts(): void {
  const { api, clock } = useEnvironment();
  const { notices } = useLive();
  const said = useRef(new Set<string>());
  const [seen, setSeen] = useState(() => document.visibilityState === "visible");
  const [round, setRound] = useState(0);
  useEffect(() => {
    const look = (): void => setSeen(document.visibilityState === "visible");
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, []);
  useEffect(() => {
    if (!seen) return undefined;
    let over = false;
    let cancel = (): void => undefined;
    for (const { notice } of notices.open) {
      if (said.current.has(notice.delivery)) continue;
      said.current.add(notice.delivery);
      api.send("POST", pathOf`deliveries/${notice.delivery}/shown`).catch((thrown: unknown) => {
        // What the system refuses it refuses again.
        if (thrown instanceof ApiProblem && thrown.status < 500) return;
        said.current.delete(notice.delivery);
        cancel();
        if (!over) cancel = clock.after(AGAIN_MS, () => setRound((before) => before + 1));
      });
    }
    return () => {
      over = true;
      cancel();
    };
  }, [api, clock, notices, seen, round]);
}
