/** Before a recording is seen: the reason, and the key where the relay has none. */

import { useState } from "preact/hooks";
import type { KeyProblem } from "../../recording/key-problem.ts";
import { KeyRefused } from "../../recording/key-problem.ts";
import { WorkerOpener } from "../../recording/opener.ts";
import { open } from "../../recording/relay.ts";
import type { Opening, Overview } from "../../recording/relay.ts";
import { useAct } from "../act.ts";
import { AlertIcon } from "../icons.tsx";
import { Field, focusFirst } from "../parts.tsx";
import { Refusal } from "../refusal.tsx";
import { ReasonField } from "../recordings/reason-field.tsx";

const MAX_KEY_FILE = 64 << 10;

interface OpeningProps {
  overview: Overview;
  opened: (opener: WorkerOpener) => void;
}

/** Asks for the reason, then for the key where it is needed. */
export function Ask({ overview, opened }: OpeningProps) {
  const [opening, setOpening] = useState<Opening>();
  if (opening) return <KeyEntry overview={overview} opening={opening} opened={opened} />;
  return <ReasonEntry overview={overview} opened={opened} sealed={setOpening} />;
}

function ReasonEntry(props: OpeningProps & { sealed: (opening: Opening) => void }) {
  const { overview, opened, sealed } = props;
  const [reason, setReason] = useState(overview.reason);
  const act = useAct();
  const submit = (e: Event) => {
    e.preventDefault();
    if (reason.trim() === "") return;
    void act.run(async () => {
      const opening = await open(overview.id, reason.trim());
      if (opening.identity === "") return sealed(opening);
      const opener = new WorkerOpener();
      await opener.use(overview.id, opening.identity);
      opened(opener);
    });
  };
  return (
    <form class="panel wide" data-testid="open-recording" onSubmit={submit}>
      <h2>Why do you open it?</h2>
      <ReasonField
        reason={reason}
        setReason={setReason}
        testid="open-reason"
        hint="Kept in the journal with your name, before anything is shown."
      />
      <p class="hint soft" data-testid="who-opens">
        Who can open it:{" "}
        {overview.who || (overview.isSealed ? "auditors with a key of their own" : "not known")}
      </p>
      <Refusal refused={act.refused} />
      <button class="button primary wide" data-testid="open" aria-disabled={act.isBusy}>
        Open
      </button>
    </form>
  );
}

const problems: Readonly<Record<KeyProblem, string>> = {
  no_key: "There is no key in it. It has a line that begins with AGE-SECRET-KEY-1.",
  wrong_key: "This key does not open this recording.",
  passphrase: "This key is locked. Type its passphrase too.",
  wrong_passphrase: "The passphrase does not open the key.",
};

/** Takes an auditor's own key, for as long as the page stays. */
function KeyEntry({ overview, opening, opened }: OpeningProps & { opening: Opening }) {
  const [key, setKey] = useState<Uint8Array>();
  const [typed, setTyped] = useState("");
  const [passphrase, setPassphrase] = useState("");
  const [problem, setProblem] = useState<KeyProblem>();
  const [isBusy, setBusy] = useState(false);
  const take = async (file: File | undefined) => {
    if (file && file.size <= MAX_KEY_FILE) setKey(new Uint8Array(await file.arrayBuffer()));
  };
  const submit = async (e: Event) => {
    e.preventDefault();
    const file = key ?? new TextEncoder().encode(typed);
    if (isBusy || file.length === 0) return;
    setBusy(true);
    const opener = new WorkerOpener();
    try {
      await opener.unlock(overview.id, opening.sealedKeys, file, passphrase);
      opened(opener);
    } catch (refused) {
      opener.close();
      setProblem(refused instanceof KeyRefused ? refused.problem : "wrong_key");
    }
    setBusy(false);
  };
  return (
    <form
      class="panel wide"
      data-testid="key-entry"
      onSubmit={(e) => void submit(e)}
      onDragOver={(e) => e.preventDefault()}
      onDrop={(e) => {
        e.preventDefault();
        void take(e.dataTransfer?.files[0]);
      }}
    >
      <h2>Your key</h2>
      <p class="soft">
        This relay cannot open the recording. Drop your key file here, or paste the key: it stays in
        this page’s memory until you leave, and is sent nowhere.
      </p>
      <Field label="Key file">
        {(ids) => (
          <input
            {...ids}
            class="input film-file"
            type="file"
            data-testid="key-file"
            onChange={(e) => void take(e.currentTarget.files?.[0])}
          />
        )}
      </Field>
      <Field label="Or the key itself">
        {(ids) => (
          <input
            {...ids}
            class="input mono"
            type="password"
            data-testid="key-text"
            placeholder="AGE-SECRET-KEY-1…"
            autocomplete="off"
            spellcheck={false}
            disabled={key !== undefined}
            value={typed}
            onInput={(e) => setTyped(e.currentTarget.value)}
          />
        )}
      </Field>
      {(problem === "passphrase" || problem === "wrong_passphrase") && (
        <Field label="Passphrase of the key">
          {(ids) => (
            <input
              {...ids}
              ref={focusFirst}
              class="input"
              type="password"
              data-testid="key-passphrase"
              autocomplete="off"
              value={passphrase}
              onInput={(e) => setPassphrase(e.currentTarget.value)}
            />
          )}
        </Field>
      )}
      {problem && (
        <p class="problem" role="alert">
          <AlertIcon />
          <span>{problems[problem]}</span>
        </p>
      )}
      <button class="button primary wide" data-testid="key-open" aria-disabled={isBusy}>
        {isBusy ? "Opening…" : "Open"}
      </button>
    </form>
  );
}
