/** Verifies a recording in this browser, and says what was found. */

import { useState } from "preact/hooks";
import { details, open } from "../../recordings/one.ts";
import type { Details } from "../../recordings/one.ts";
import { Reason } from "./reason.tsx";
import { Progress } from "./progress.tsx";
import { Refusal } from "../refusal.tsx";
import { useAct } from "../act.ts";
import { useLongRun } from "./run.ts";
import { VerdictText } from "./verdict.tsx";
import type { Verified } from "./verdict.tsx";

/** The part of a page that verifies a recording. */
export function Verify({ id }: { id: string }) {
  const [asking, setAsking] = useState<Details>();
  const [all, setAll] = useState(0);
  const run = useLongRun<Verified>(() => "It could not be read to its end.");
  const look = useAct();
  const opening = useAct();
  const begin = (d: Details) => run.start((signal, progress) => verified(d, signal, progress));
  const ask = () =>
    void look.run(async () => {
      const d = await details(id);
      setAll(d.bytes);
      if (d.isOpen) begin(d);
      else setAsking(d);
    });
  const give = async (d: Details, reason: string) => {
    if (!(await opening.run(async () => void (await open(id, reason))))) return;
    setAsking(undefined);
    begin(d);
  };
  return (
    <div class="part" data-testid="verify-recording">
      <div class="part-head">
        <div>
          <h2>Verification</h2>
          <p class="soft">
            Whether not a second of it is missing or altered. It is checked here, and needs no key.
          </p>
        </div>
        {run.read === undefined && (
          <button
            type="button"
            class="button"
            data-testid="verify"
            aria-disabled={look.isBusy}
            onClick={ask}
          >
            {run.result ? "Verify again" : "Verify"}
          </button>
        )}
      </div>
      <Progress label="Verified" read={run.read} all={all} cancel={run.cancel} />
      <Refusal refused={look.refused ?? run.act.refused} />
      {run.failed && (
        <p class="problem" role="alert">
          {run.failed}
        </p>
      )}
      {run.result && <VerdictText verified={run.result} />}
      {asking && (
        <Reason
          title="Verify this recording?"
          label="Verify"
          act={opening}
          give={(reason) => void give(asking, reason)}
          close={() => {
            opening.forget();
            setAsking(undefined);
          }}
        >
          <p class="soft">
            All of it is read, so this counts as opening it: a reason is kept, good for twelve
            hours.
          </p>
        </Reason>
      )}
    </div>
  );
}

async function verified(
  d: Details,
  signal: AbortSignal,
  progress: (bytes: number) => void,
): Promise<Verified> {
  const [{ verify }, { partsStream }, { mayBeIncomplete, trailOf }] = await Promise.all([
    import("../../recording/verify.ts"),
    import("../../recording/verify-source.ts"),
    import("../../recording/verify-trail.ts"),
  ]);
  const isLive = d.state === "live";
  const trail = await trailOf(d.id);
  const verdict = await verify(partsStream(d.id, d.manifest, d.signature, signal), {
    recording: d.id,
    hasHeadReceipt: false,
    keys: d.receiptKeys,
    known: trail.marks,
    mayBeIncomplete: mayBeIncomplete(trail, isLive),
    progress,
    signal,
  });
  return { verdict, isLive, trail };
}
