/**
 * A page that fails takes nothing else with it, and says so: alarms, calls and sound go on beside it. A page whose file is no longer there
 * (the system was updated while it was open) is loaded anew by itself, at most once in half a minute.
 */
import { Component } from "react";
import type { ReactNode } from "react";
import { ReloadOutlined } from "@ant-design/icons";
import { Button } from "antd";
import type { Memory } from "../app/environment.tsx";
import { useEnvironment } from "../app/environment.tsx";
import { useWords } from "../words/use-words.tsx";
import { isGone, mayReload } from "./reload.ts";

interface Props {
  /** Another value begins anew: the address of the page. */
  readonly of: string;
  readonly memory: Memory;
  readonly wall: () => number;
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
    const { memory, wall } = this.props;
    if (isGone(thrown) && mayReload(memory, wall())) window.location.reload();
  }

  override render(): ReactNode {
    return this.state.thrown === null ? this.props.children : <Failed />;
  }
}

/** What is inside may fail; `of` tells when it is something else. */
export function Boundary({ of, children }: { readonly of: string; readonly children: ReactNode }) {
  const { memory, clock } = useEnvironment();
  return (
    <Catcher of={of} memory={memory} wall={() => clock.wall()}>
      {children}
    </Catcher>
  );
}

function Failed() {
  const { words } = useWords();
  return (
    <div className="empty" role="alert">
      <strong>{words.failed.title}</strong>
      {words.failed.hint}
      <Button type="primary" icon={<ReloadOutlined />} onClick={() => window.location.reload()}>
        {words.failed.reload}
      </Button>
    </div>
  );
}
