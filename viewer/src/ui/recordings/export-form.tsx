/** What is exported, why, and with which key. */

import { useState } from "preact/hooks";
import { folderPicker, MAX_IN_MEMORY } from "../../recording/export-target.ts";
import type { Act } from "../act.ts";
import { Dialog, Field } from "../parts.tsx";
import { Refusal } from "../refusal.tsx";
import { ReasonField } from "./reason-field.tsx";
import { sizeWords } from "./words.ts";

/** What somebody wants. */
export interface Choice {
  kind: "plain" | "sealed";
  reason: string;
  /** The reader's own key, where the relay holds none. */
  keyFile: File | undefined;
  passphrase: string;
}

interface ExportFormProps {
  isSealed: boolean;
  act: Act;
  give: (c: Choice) => void;
  close: () => void;
}

export function ExportForm({ isSealed, act, give, close }: ExportFormProps) {
  const [kind, setKind] = useState<Choice["kind"]>("plain");
  const [reason, setReason] = useState("");
  const [keyFile, setKeyFile] = useState<File>();
  const [passphrase, setPassphrase] = useState("");
  const needsKey = isSealed && kind === "plain";
  const isReady = reason.trim() !== "" && (!needsKey || keyFile !== undefined);
  const submit = (e: Event) => {
    e.preventDefault();
    if (isReady) give({ kind, reason: reason.trim(), keyFile, passphrase });
  };
  return (
    <Dialog title="Export this recording?" close={close}>
      <form class="stack" onSubmit={submit}>
        <fieldset class="field checks">
          <legend class="label">As</legend>
          <Way
            kind="plain"
            chosen={kind}
            choose={setKind}
            label="Plain video"
            detail="A .webm, events as lines of JSON, signatures and verdict. Whoever has these files can watch: they are not sealed any more."
          />
          <Way
            kind="sealed"
            chosen={kind}
            choose={setKind}
            label="The sealed original"
            detail="One file as the host made it. It verifies elsewhere, and opens only with a reader’s key."
          />
        </fieldset>
        <ReasonField reason={reason} setReason={setReason} />
        {needsKey && (
          <KeyFields setFile={setKeyFile} passphrase={passphrase} setPassphrase={setPassphrase} />
        )}
        {kind === "plain" && <p class="soft hint">{placeWords()}</p>}
        <Refusal refused={act.refused} />
        <div class="actions end">
          <button type="button" class="button" onClick={close}>
            Cancel
          </button>
          <button
            class="button primary"
            data-testid="export-give"
            aria-disabled={act.isBusy}
            disabled={!isReady}
          >
            Export
          </button>
        </div>
      </form>
    </Dialog>
  );
}

/** Where the files go. */
function placeWords(): string {
  if (folderPicker()) return "You choose a folder next, and the files are written as they come.";
  return `This browser cannot write into a folder: the files are made in memory, up to ${sizeWords(MAX_IN_MEMORY)}, and saved at the end.`;
}

interface WayProps {
  kind: Choice["kind"];
  chosen: Choice["kind"];
  choose: (kind: Choice["kind"]) => void;
  label: string;
  detail: string;
}

function Way({ kind, chosen, choose, label, detail }: WayProps) {
  return (
    <label class="check">
      <input
        type="radio"
        name="export-kind"
        data-testid={`export-${kind}`}
        checked={kind === chosen}
        onChange={() => choose(kind)}
      />
      <span>
        {label} <span class="soft hint">{detail}</span>
      </span>
    </label>
  );
}

interface KeyFieldsProps {
  setFile: (file: File | undefined) => void;
  passphrase: string;
  setPassphrase: (text: string) => void;
}

function KeyFields({ setFile, passphrase, setPassphrase }: KeyFieldsProps) {
  return (
    <>
      <Field
        label="Your key"
        hint="This recording is sealed to keys that the relay does not have. The file stays in this browser’s memory."
      >
        {(ids) => (
          <input
            {...ids}
            type="file"
            data-testid="export-key"
            onChange={(e) => setFile(e.currentTarget.files?.[0])}
          />
        )}
      </Field>
      <Field label="Its passphrase, if it has one">
        {(ids) => (
          <input
            {...ids}
            class="input"
            type="password"
            autocomplete="off"
            value={passphrase}
            onInput={(e) => setPassphrase(e.currentTarget.value)}
          />
        )}
      </Field>
    </>
  );
}
