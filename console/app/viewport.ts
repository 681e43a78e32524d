/** What kind of screen this is, and whether its owner wants it dark. */
import { useSyncExternalStore } from "react";

/** Two hands and a table, or one thumb. */
export function useIsPhone(): boolean {
  return useMedia("(max-width: 767px)");
}

export function useIsDark(): boolean {
  return useMedia("(prefers-color-scheme: dark)");
}

function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (changed) => {
      const media = window.matchMedia(query);
      media.addEventListener("change", changed);
      return () => media.removeEventListener("change", changed);
    },
    () => window.matchMedia(query).matches,
  );
}
