/** Takes a recording out of the relay: as a plain video, or sealed as it is. */

import { useState } from "preact/hooks";
import type { Exported } from "../../recording/export.ts";
import { folderPicker } from "../../recording/export-target.ts";
import { beginExport, fileOf } from "../../recordings/one.ts";
import { useAct } from "../act.ts";
import { Refusal } from "../refusal.tsx";
import { ExportForm } from "./export-form.tsx";
import type { Choice } from "./export-form.tsx";
import { exportWords, plainly } from "./export-run.ts";
import { Progress } from "./progress.tsx";
import { useLongRun } from "./run.ts";
import { VerdictText } from "./verdict.tsx";

interface ExportProps {
  id: string;
  /** Whether the relay has no key that opens it. */
  isSealed: boolean;
  /** Its size, as far as that is known. */
  bytes: number;
}

/** The part of a page that exports a recording. */
export function Export({ id, isSealed, bytes }: ExportProps) {
  const [isAsking, setAsking] = useState(false);
  const asked = useAct();
  const run = useLongRun<Exported>(exportWords);
  const give = async (c: Choice) => {
    // The picker wants the click that led here, so it comes first.
    const folder = c.kind === "plain" ? await picked() : undefined;
    if (folder === "cancelled") return;
    const isGiven = await asked.run(async () => void (await beginExport(id, c.reason)));
    if (!isGiven) return;
    setAsking(false);
    if (c.kind === "sealed") download(fileOf(id));
    else run.start((signal, progress) => plainly(id, c, folder, signal, progress));
  };
  return (
    <div class="part" data-testid="export-recording">
      <div class="part-head">
        <div>
          <h2>Export</h2>
          <p class="soft">
            As a video that any player plays, with its events and what proves it; or sealed as it
            is.
          </p>
        </div>
        {run.read === undefined && (
          <button type="button" class="button" data-testid="export" onClick={() => setAsking(true)}>
            Export
          </button>
        )}
      </div>
      <Progress label="Exported" read={run.read} all={bytes} cancel={run.cancel} />
      <Refusal refused={run.act.refused} />
      {run.failed && (
        <p class="problem" role="alert">
          {run.failed}
        </p>
      )}
      {run.result && <Result exported={run.result} />}
      {isAsking && (
        <ExportForm
          isSealed={isSealed}
          act={asked}
          give={(c) => void give(c)}
          close={() => {
            asked.forget();
            setAsking(false);
          }}
        />
      )}
    </div>
  );
}

/** A folder that was chosen; undefined where browsers have none to choose. */
async function picked() {
  try {
    return await folderPicker()?.();
  } catch {
    return "cancelled" as const;
  }
}

function download(path: string): void {
  const link = document.createElement("a");
  link.href = path;
  link.download = "";
  link.click();
}

function Result({ exported: { files, verdict, trail } }: { exported: Exported }) {
  return (
    <div class="stack" data-testid="exported">
      <p class="soft" role="status">
        {filesWords(files.length)}
      </p>
      <VerdictText verified={{ verdict, isLive: false, trail }} />
    </div>
  );
}

function filesWords(n: number): string {
  const rest = "Beside it are the events, the chain of signatures, and the verdict.";
  if (n === 0)
    return "Exported. There is no video: nothing was seen in this session. The events are there.";
  if (n === 1) return `Exported: one video. ${rest}`;
  return `Exported: ${n} videos, one after the other, because the codec changed and nothing is encoded anew. ${rest}`;
}
