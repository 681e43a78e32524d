import { LoadingOutlined } from "@ant-design/icons";
import { createContext, use, useEffect } from "react";
import type { ReactNode } from "react";
import { useWords } from "../words/use-words.tsx";

/** What a phone's top bar says: the page's title. */
const Titled = createContext<(title: string) => void>(() => undefined);
export const TitleProvider = Titled.Provider;

/** A page's title (also the tab's, and a phone's top bar's), what stands beside it, and its content. */
export function Page(props: {
  readonly title: string;
  readonly more?: ReactNode;
  /** The content begins with a heading of its own. */
  readonly bare?: boolean;
  readonly children: ReactNode;
}) {
  const { words } = useWords();
  const { title, more, bare = false, children } = props;
  const tell = use(Titled);
  useEffect(() => {
    document.title = `${title} · ${words.name}`;
    tell(title);
  }, [title, tell, words.name]);
  return (
    <section className="page">
      {bare ? null : (
        <header className="page-head">
          <h1>{title}</h1>
          {more === undefined ? null : <div className="page-head-more">{more}</div>}
        </header>
      )}
      {children}
    </section>
  );
}

export function Loading() {
  const { words } = useWords();
  return (
    <div className="empty" role="status">
      <LoadingOutlined style={{ fontSize: 28 }} />
      {words.loading}
    </div>
  );
}

/** There is nothing, and that is an answer too. */
export function Nothing(props: {
  readonly mark?: ReactNode;
  readonly title: string;
  readonly hint?: string;
}) {
  return (
    <div className="empty">
      {props.mark === undefined ? null : <span className="empty-mark">{props.mark}</span>}
      <strong>{props.title}</strong>
      {props.hint}
    </div>
  );
}

/** Names and values, one per line. */
export function Facts({ of }: { readonly of: readonly (readonly [string, ReactNode])[] }) {
  return (
    <dl className="facts">
      {of.map(([name, value]) => (
        <FactRow key={name} name={name} value={value} />
      ))}
    </dl>
  );
}

function FactRow({ name, value }: { readonly name: string; readonly value: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </>
  );
}
