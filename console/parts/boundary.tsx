/**
 * A page that fails takes nothing else with it, and says so: alarms, calls and sound go on beside it. What shows alarms itself (`vital`) is loaded
 * anew at once when it fails, as is a page whose file is no longer there (the system was updated while it was open): at most once in half a
 * minute, and only while the system answers, for a page that is reloaded off line is gone.
 */
import { Component } from "react";
import type { ReactNode } from "react";
import { ReloadOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useEnvironment } from "../app/environment.tsx";
import { useWords } from "../words/use-words.tsx";
import { isGone, mayReload } from "./reload.ts";

interface Props {
  /** Another value begins anew: the address of the page. */
  readonly of: string;
  readonly onThrown: (thrown: unknown) => void;
  readonly instead: ReactNode;
  readonly children: ReactNode;
}

interface State {
  readonly thrown: unknown;
  readonly of: string;
}

class Catcher extends Component<Props, State> {
  override state: State = { thrown: null, of: this.props.of };

  static getDerivedStateFromError(thrown: unknown): Partial<State> {
    return { thrown };
  }

  static getDerivedStateFromProps({ of }: Props, state: State): State | null {
    return of === state.of ? null : { thrown: null, of };
  }

  override componentDidCatch(thrown: unknown): void {
    this.props.onThrown(thrown);
  }

  override render(): ReactNode {
    return this.state.thrown === null ? this.props.children : this.props.instead;
  }
}

/** What is inside may fail; `of` tells when it is something else. `vital`: without it alarms are not shown. */
export function Boundary(props: {
  readonly of: string;
  readonly vital?: boolean;
  readonly children: ReactNode;
}) {
  const { of, vital = false, children } = props;
  const { memory, clock, fetch } = useEnvironment();
  const mend = async (thrown: unknown): Promise<void> => {
    if (!vital && !isGone(thrown)) return;
    const { ok } = await fetch("./", { cache: "no-store" });
    if (ok && mayReload(memory, clock.wall())) window.location.reload();
  };
  return (
    <Catcher
      of={of}
      // Off line it stays as it is, and says so.
      onThrown={(thrown) => void mend(thrown).catch(() => undefined)}
      instead={<Failed vital={vital} />}
    >
      {children}
    </Catcher>
  );
}

function Failed({ vital }: { readonly vital: boolean }) {
  const { words } = useWords();
  return (
    <div className={vital ? "empty empty-vital" : "empty"} role="alert">
      <strong>{words.failed.title}</strong>
      {vital ? words.failed.vital : words.failed.hint}
      <Button type="primary" icon={<ReloadOutlined />} onClick={() => window.location.reload()}>
        {words.failed.reload}
      </Button>
    </div>
  );
}
