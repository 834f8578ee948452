/** Recovery codes: shown once, to be kept where the phone is not. */

import { useState } from "preact/hooks";
import { newRecoveryCodes } from "../../account/own.ts";
import { useAct } from "../act.ts";
import { Confirm, Copy, Dialog } from "../parts.tsx";
import { Refusal } from "../refusal.tsx";

/** How many are left, and new ones. */
export function Recovery({ left, changed }: { left: number; changed: () => Promise<void> }) {
  const [codes, setCodes] = useState<string[]>();
  const [isAsking, setAsking] = useState(false);
  const act = useAct();
  const renew = async () => {
    setAsking(false);
    await act.run(async () => setCodes(await newRecoveryCodes()));
    await changed();
  };
  return (
    <section class="part" aria-labelledby="recovery-title">
      <div class="part-head">
        <div>
          <h3 id="recovery-title">Recovery codes</h3>
          <p class="soft" data-testid="recovery-left">
            {leftWords(left)}
          </p>
        </div>
        <button
          type="button"
          class="button"
          data-testid="recovery-new"
          aria-disabled={act.isBusy}
          onClick={() => setAsking(true)}
        >
          New codes
        </button>
      </div>
      <Refusal refused={act.refused} />
      {isAsking && (
        <Confirm
          title="Make new recovery codes?"
          act="Make new codes"
          confirm={() => void renew()}
          cancel={() => setAsking(false)}
        >
          <p>The ones that you have now stop working.</p>
        </Confirm>
      )}
      {codes && <RecoveryCodes codes={codes} close={() => setCodes(undefined)} />}
    </section>
  );
}

function leftWords(left: number): string {
  if (left === 0) return "None are left. Without one, a lost phone means asking an administrator.";
  return `${left} ${left === 1 ? "is" : "are"} left. Each works once, in place of the second factor.`;
}

/** The codes themselves. Nobody can show them again. */
export function RecoveryCodes({ codes, close }: { codes: string[]; close: () => void }) {
  const text = codes.join("\n");
  return (
    <Dialog title="Your recovery codes" close={close}>
      <p class="soft">
        Keep these where your phone is not. Each signs you in once when you have no second factor at
        hand. They are shown only now.
      </p>
      <ul class="recovery-codes" data-testid="recovery-codes">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <div class="actions">
        <Copy text={text} />
        <a
          class="button"
          download="lendhand-recovery-codes.txt"
          href={`data:text/plain;charset=utf-8,${encodeURIComponent(fileOf(codes))}`}
        >
          Download
        </a>
        <button type="button" class="button" onClick={() => window.print()}>
          Print
        </button>
      </div>
      <button type="button" class="button primary wide" data-testid="recovery-kept" onClick={close}>
        I have kept them
      </button>
    </Dialog>
  );
}

function fileOf(codes: string[]): string {
  const head = `Recovery codes for Lendhand at ${location.host}\nEach works once.\n\n`;
  return `${head}${codes.join("\n")}\n`;
}
