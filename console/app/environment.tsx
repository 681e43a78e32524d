/** What the parts of the console are given by its root. */
import { createContext, use } from "react";
import type { ReactNode } from "react";
import type { Clock } from "@anhu/core/time";
import type { Api } from "../api/client.ts";

export interface Environment {
  readonly api: Api;
  readonly clock: Clock;
  /** What this browser remembers: small texts by a name of our own. */
  readonly memory: Memory;
  /** Tells when an answer said that nobody is signed in; returns how to stop that. */
  readonly onSignedOut: (listener: () => void) => () => void;
  /** The stream's way to the server, and its own word that nobody is signed in. */
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  readonly signedOut: () => void;
}

/** A browser may refuse to keep anything: then nothing is found again. */
export interface Memory {
  read(name: string): string | null;
  keep(name: string, text: string): void;
}

const Given = createContext<Environment | null>(null);

export function EnvironmentProvider(props: {
  readonly value: Environment;
  readonly children: ReactNode;
}) {
  return <Given value={props.value}>{props.children}</Given>;
}

export function useEnvironment(): Environment {
  const given = use(Given);
  if (given === null) throw new Error("outside of EnvironmentProvider");
  return given;
}
