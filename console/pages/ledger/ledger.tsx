/** The ledger of a facility as a file of JSON lines, which `anhu audit verify` checks without us. */
import { useState } from "react";
import { DownloadOutlined } from "@ant-design/icons";
import { Button, Progress as Bar, Select } from "antd";
import { useSearchParams } from "react-router";
import { useEnvironment } from "../../app/environment.tsx";
import { useFacilityList } from "../../app/facility.tsx";
import { Command } from "../../parts/command.tsx";
import { Complaint } from "../../parts/complaint.tsx";
import { Nothing, Page } from "../../parts/page.tsx";
import { useSubmit } from "../../parts/use-submit.ts";
import { fill } from "../../words/index.ts";
import { useWords } from "../../words/use-words.tsx";
import { readLedger } from "./read.ts";

interface Progress {
  readonly done: number;
  readonly all: number;
}

export default function LedgerPage() {
  const { words } = useWords();
  const { current } = useFacilityList();
  const [params] = useSearchParams();
  const facility = params.get("facility") ?? current;
  return (
    <Page title={words.ledger.title}>
      {facility === null ? (
        <Nothing title={words.facilities.none} />
      ) : (
        <Export key={facility} facility={facility} />
      )}
    </Page>
  );
}

function Export({ facility }: { readonly facility: string }) {
  const { words, say } = useWords();
  const { all } = useFacilityList();
  const { api } = useEnvironment();
  const [, setParams] = useSearchParams();
  const [progress, setProgress] = useState<Progress | null>(null);
  const { busy, wrong, run } = useSubmit();
  const file = `anhu-ledger-${facility}.jsonl`;
  const load = async (): Promise<void> => {
    await run(async () => {
      const lines = await readLedger(api, facility, (done, of) => setProgress({ done, all: of }));
      if (lines.length > 0) save(file, lines);
      setProgress({ done: lines.length, all: lines.length });
    });
  };
  return (
    <section className="card" style={{ maxWidth: 760 }}>
      <p>{words.ledger.hint}</p>
      <p className="quiet">{words.ledger.names}</p>
      <div className="filters" style={{ marginBlock: 16 }}>
        <Select
          aria-label={words.ledger.facility}
          value={facility}
          disabled={busy}
          onChange={(next) => setParams({ facility: next }, { replace: true })}
          options={all.map(({ id, name }) => ({ value: id, label: say(name) }))}
          style={{ minWidth: 220 }}
        />
        <Button
          type="primary"
          icon={<DownloadOutlined />}
          loading={busy}
          onClick={() => void load()}
        >
          {words.ledger.export}
        </Button>
      </div>
      {progress === null ? null : <HowFar progress={progress} busy={busy} />}
      <Complaint text={wrong} />
      <p className="quiet">{words.ledger.verify}</p>
      <Command text={`npx anhu audit verify ${file}`} />
    </section>
  );
}

function HowFar({ progress, busy }: { readonly progress: Progress; readonly busy: boolean }) {
  const { words } = useWords();
  const { done, all } = progress;
  if (!busy) {
    return (
      <p role="status">{all === 0 ? words.ledger.empty : fill(words.ledger.done, { n: done })}</p>
    );
  }
  return (
    <p role="status">
      {fill(words.ledger.exporting, { done, all })}
      <Bar percent={Math.round((100 * done) / Math.max(1, all))} size="small" />
    </p>
  );
}

function save(name: string, lines: readonly string[]): void {
  const url = URL.createObjectURL(
    new Blob(
      lines.map((line) => `${line}\n`),
      { type: "application/jsonl" },
    ),
  );
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
