/** Who is signed in on this device, and how one signs in and out. */
import { createContext, use, useEffect, useMemo, useState } from "react";
import type { ReactNode } from "react";
import { useQueryClient } from "@tanstack/react-query";
import type { Session } from "@anhu/response/api";
import { ApiProblem } from "../api/client.ts";
import { useEnvironment } from "./environment.tsx";
import { hearsAlarms } from "./nav.ts";

/** Why nobody is signed in: `expired`, somebody was; `ended`, by the person. */
export type SignedOut = "fresh" | "expired" | "ended";

export type SessionState =
  | { readonly phase: "asking" }
  | { readonly phase: "dark" }
  /** `heard`: alarms were heard here until now. */
  | { readonly phase: "out"; readonly why: SignedOut; readonly heard: boolean }
  | { readonly phase: "in"; readonly session: Session };

export interface JoinForm {
  readonly token: string;
  readonly login: string;
  readonly name: string;
  readonly password: string;
}

export interface SessionAccess {
  readonly state: SessionState;
  readonly signIn: (login: string, password: string) => Promise<void>;
  readonly join: (form: JoinForm) => Promise<void>;
  readonly signOut: () => Promise<void>;
}

const Signed = createContext<SessionAccess | null>(null);
/** The system cannot be reached at the start: asked again this often. */
const AGAIN_MS = 3_000;

export function SessionProvider({ children }: { readonly children: ReactNode }) {
  const { api, clock, onSignedOut } = useEnvironment();
  const queries = useQueryClient();
  const [state, setState] = useState<SessionState>({ phase: "asking" });
  const [round, setRound] = useState(0);

  useEffect(() => {
    let over = false;
    let cancel = (): void => undefined;
    api.get<Session>("session").then(
      (session) => over || setState({ phase: "in", session }),
      (thrown: unknown) => {
        if (over) return;
        if (thrown instanceof ApiProblem && thrown.status === 401) {
          setState({ phase: "out", why: "fresh", heard: false });
          return;
        }
        setState({ phase: "dark" });
        cancel = clock.after(AGAIN_MS, () => setRound((before) => before + 1));
      },
    );
    return () => {
      over = true;
      cancel();
    };
  }, [api, clock, round]);

  useEffect(
    () =>
      onSignedOut(() => {
        setState((before) => (before.phase === "in" ? expired(before.session) : before));
        queries.clear();
      }),
    [onSignedOut, queries],
  );

  const access = useMemo(() => {
    const enter = (session: Session): void => {
      queries.clear();
      setState({ phase: "in", session });
    };
    return {
      state,
      async signIn(login: string, password: string) {
        enter(await api.send<Session>("POST", "session", { login, password }));
      },
      async join({ token, login, name, password }: JoinForm) {
        enter(
          await api.send<Session>("POST", "session/join", {
            token,
            password,
            ...(login === "" ? {} : { login }),
            ...(name === "" ? {} : { name }),
          }),
        );
      },
      async signOut() {
        await api.send("DELETE", "session");
        setState({ phase: "out", why: "ended", heard: false });
        queries.clear();
      },
    };
  }, [api, queries, state]);

  return <Signed value={access}>{children}</Signed>;
}

export function useSessionAccess(): SessionAccess {
  const access = use(Signed);
  if (access === null) throw new Error("outside of SessionProvider");
  return access;
}

/** The session of who is signed in: only for what is shown to them. */
export function useSession(): Session {
  const { state } = useSessionAccess();
  if (state.phase !== "in") throw new Error("nobody is signed in");
  return state.session;
}

function expired({ user }: Session): SessionState {
  return { phase: "out", why: "expired", heard: hearsAlarms(user.role) };
}
