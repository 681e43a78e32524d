/** The console as a whole: look and language, who is signed in, then the pages. */
import { lazy, Suspense, useCallback, useEffect } from "react";
import type { ReactNode } from "react";
import { QueryClientProvider } from "@tanstack/react-query";
import type { QueryClient } from "@tanstack/react-query";
import { App as AntApp, ConfigProvider } from "antd";
import enUS from "antd/locale/en_US";
import zhCN from "antd/locale/zh_CN";
import { HashRouter, Route, Routes } from "react-router";
import { AlarmSoundProvider } from "../live/alarm-sound.tsx";
import { LiveProvider } from "../live/live.tsx";
import { SignInPage } from "../pages/sign-in/sign-in.tsx";
import { Boundary } from "../parts/boundary.tsx";
import { Splash } from "../parts/splash.tsx";
import { languageOf } from "../words/index.ts";
import type { Language } from "../words/index.ts";
import { LanguageProvider, useWords } from "../words/use-words.tsx";
import "./base.css";
import type { Environment } from "./environment.tsx";
import { EnvironmentProvider } from "./environment.tsx";
import { SessionProvider, useSessionAccess } from "./session.tsx";
import { Shell } from "./shell.tsx";
import { paint, themeOf } from "./theme.ts";
import { useIsDark, useIsPhone } from "./viewport.ts";

/** The page's policy takes styles that are made as it runs only with the nonce that came with it (response/http/static.ts). */
const STYLES = {
  nonce: document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? "",
};

const AnswerPage = lazy(() => import("../pages/answer/answer.tsx"));
const JoinPage = lazy(() => import("../pages/join/join.tsx"));

export function App(props: {
  readonly environment: Environment;
  readonly queries: QueryClient;
  /** The browser's languages, the best first. */
  readonly preferred: readonly string[];
}) {
  const { environment, queries, preferred } = props;
  const { memory } = environment;
  const kept = memory.read("language");
  const keep = useCallback((next: Language) => memory.keep("language", next), [memory]);
  return (
    <EnvironmentProvider value={environment}>
      <LanguageProvider
        first={kept === "zh" || kept === "en" ? kept : languageOf(preferred)}
        onChange={keep}
      >
        <Look>
          <QueryClientProvider client={queries}>
            <SessionProvider>
              <HashRouter>
                <Boundary of="console" vital>
                  <Suspense fallback={<Splash />}>
                    <Routes>
                      <Route path="/join/:token" element={<JoinPage />} />
                      <Route path="/answer/:token" element={<AnswerPage />} />
                      <Route path="*" element={<Inside />} />
                    </Routes>
                  </Suspense>
                </Boundary>
              </HashRouter>
            </SessionProvider>
          </QueryClientProvider>
        </Look>
      </LanguageProvider>
    </EnvironmentProvider>
  );
}

function Inside() {
  const { state } = useSessionAccess();
  if (state.phase === "asking") return <Splash />;
  if (state.phase === "dark") return <Splash dark />;
  if (state.phase === "out") return <SignInPage why={state.why} heard={state.heard} />;
  return (
    <LiveProvider key={state.session.user.id}>
      <AlarmSoundProvider>
        <Shell />
      </AlarmSoundProvider>
    </LiveProvider>
  );
}

function Look({ children }: { readonly children: ReactNode }) {
  const { language } = useWords();
  const shade = useIsDark() ? "dark" : "light";
  const screen = useIsPhone() ? "phone" : "desk";
  useEffect(() => paint(document.documentElement, shade), [shade]);
  return (
    <ConfigProvider
      theme={themeOf(shade, screen)}
      locale={language === "zh" ? zhCN : enUS}
      button={{ autoInsertSpace: false }}
      csp={STYLES}
    >
      <AntApp component={false}>{children}</AntApp>
    </ConfigProvider>
  );
}
