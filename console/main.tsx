/** The root of the console: makes the clock and the ways out of the page, and mounts it. */
import { QueryClient } from "@tanstack/react-query";
import { createRoot } from "react-dom/client";
import { systemClock } from "@anhu/core/time";
import { ApiProblem, openApi } from "./api/client.ts";
import { App } from "./app/app.tsx";
import { openMemory } from "./app/memory.ts";

const TRIES = 2;

const clock = systemClock();
const listeners = new Set<() => void>();
const signedOut = (): void => {
  for (const listener of listeners) listener();
};
const fetch = (url: string, init: RequestInit): Promise<Response> => globalThis.fetch(url, init);

const environment = {
  api: openApi({ fetch, clock, onSignedOut: signedOut }),
  clock,
  memory: openMemory(() => globalThis.localStorage),
  fetch,
  signedOut,
  onSignedOut(listener: () => void) {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  },
};

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // A refusal stays one however often it is asked for.
      retry: (failures, thrown) =>
        failures < TRIES && !(thrown instanceof ApiProblem && thrown.status < 500),
      // Whether the device says that it is on line or not: the system may be in the house.
      networkMode: "always",
      staleTime: 2_000,
    },
    mutations: { networkMode: "always" },
  },
});

const root = document.querySelector("#console");
if (root === null) throw new Error("the page has no place for the console");
createRoot(root).render(
  <App environment={environment} queries={queries} preferred={navigator.languages} />,
);
