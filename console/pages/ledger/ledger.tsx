/** The ledger of a facility as a file of JSON lines, which `anhu audit verify` checks without us. */
import { useState } from "react";
import { DownloadOutlined } from "@ant-design/icons";
import { Button, Progress, Select } from "antd";
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

export default function LedgerPage() {
  const { words, say } = useWords();
  const { all, current } = useFacilityList();
  const { api } = useEnvironment();
  const [params, setParams] = useSearchParams();
  const [progress, setProgress] = useState<{ done: number; all: number } | null>(null);
  const { busy, wrong, run } = useSubmit();
  const facility = params.get("facility") ?? current;
  if (facility === null) {
    return (
      <Page title={words.ledger.title}>
        <Nothing title={words.facilities.none} />
      </Page>
    );
  }
  const file = `anhu-ledger-${facility}.jsonl`;
  const load = async (): Promise<void> => {
    await run(async () => {
      const lines = await readLedger(api, facility, (done, of) => setProgress({ done, all: of }));
      if (lines.length > 0) save(file, lines);
      setProgress({ done: lines.length, all: lines.length });
    });
  };
  return (
    <Page title={words.ledger.title}>
      <section className="card" style={{ maxWidth: 760 }}>
        <p>{words.ledger.hint}</p>
        <p className="quiet">{words.ledger.names}</p>
        <div className="filters" style={{ marginBlock: 16 }}>
          <Select
            aria-label={words.ledger.facility}
            value={facility}
            disabled={busy}
            onChange={(next) => {
              setProgress(null);
              setParams({ facility: next }, { replace: true });
            }}
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
        {progress === null ? null : (
          <p role="status">
            {busy
              ? fill(words.ledger.exporting, { done: progress.done, all: progress.all })
              : progress.all === 0
                ? words.ledger.empty
                : fill(words.ledger.done, { n: progress.done })}
            {busy ? (
              <Progress
                percent={Math.round((100 * progress.done) / Math.max(1, progress.all))}
                size="small"
              />
            ) : null}
          </p>
        )}
        <Complaint text={wrong} />
        <p className="quiet">{words.ledger.verify}</p>
        <Command text={`npx anhu audit verify ${file}`} />
      </section>
    </Page>
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
