/** One more key that recordings are sealed to: pasted, or made here. */

import { useEffect, useState } from "preact/hooks";
import { keyProblem } from "../../recordings/key.ts";
import { addReader } from "../../recordings/storage.ts";
import { useAct } from "../act.ts";
import { Field, focusFirst } from "../parts.tsx";
import { Refusal } from "../refusal.tsx";
import { MakeKey } from "./make-key.tsx";

const MAX_NAME = 64;

interface AddReaderProps {
  changed: () => Promise<void>;
  close: () => void;
}

export function AddReader({ changed, close }: AddReaderProps) {
  const [name, setName] = useState("");
  const [key, setKey] = useState("");
  const [isMaking, setMaking] = useState(false);
  const problem = useKeyProblem(key);
  const act = useAct();
  const isReady = name.trim() !== "" && key.trim() !== "" && problem === "";
  const submit = (e: Event) => {
    e.preventDefault();
    if (!isReady) return;
    void act.run(async () => {
      await addReader(name.trim(), key.trim());
      await changed();
      close();
    });
  };
  return (
    <form class="inset stack" onSubmit={submit} aria-label="Add a key" data-testid="reader-form">
      <Field label="Whose" hint="People at the host read it: it says who can open the recording.">
        {(ids) => (
          <input
            {...ids}
            ref={focusFirst}
            class="input"
            data-testid="reader-name"
            placeholder="Auditors, for example"
            maxLength={MAX_NAME}
            required
            autocomplete="off"
            value={name}
            onInput={(e) => setName(e.currentTarget.value)}
          />
        )}
      </Field>
      <Field
        label="Public key"
        hint={
          problem ? (
            <span class="wrong" role="alert">
              {problem}
            </span>
          ) : (
            "Of age: begins with age1. The secret half stays with its owner."
          )
        }
      >
        {(ids) => (
          <input
            {...ids}
            class="input mono"
            data-testid="reader-key"
            aria-invalid={Boolean(problem)}
            placeholder="age1…"
            required
            autocomplete="off"
            autocapitalize="none"
            spellcheck={false}
            value={key}
            onInput={(e) => setKey(e.currentTarget.value)}
          />
        )}
      </Field>
      <Refusal refused={act.refused} />
      <div class="actions">
        <button
          class="button primary"
          data-testid="reader-save"
          aria-disabled={act.isBusy}
          disabled={!isReady}
        >
          {act.isBusy ? "Adding…" : "Add the key"}
        </button>
        <button type="button" class="button" data-testid="make-key" onClick={() => setMaking(true)}>
          Make a key here
        </button>
        <button type="button" class="button quiet" onClick={close}>
          Cancel
        </button>
      </div>
      <p class="soft hint">
        It opens sessions that begin from now on. Older ones can be shared with it one by one by an
        auditor who can open them.
      </p>
      {isMaking && (
        <MakeKey
          use={(recipient) => {
            setKey(recipient);
            setMaking(false);
          }}
          close={() => setMaking(false)}
        />
      )}
    </form>
  );
}

/** What is wrong with the key as it stands; undefined until that is known. */
function useKeyProblem(key: string): string | undefined {
  const [looked, setLooked] = useState({ key: "", problem: "" });
  useEffect(() => {
    let isCurrent = true;
    void keyProblem(key).then((problem) => isCurrent && setLooked({ key, problem }));
    return () => void (isCurrent = false);
  }, [key]);
  return looked.key === key ? looked.problem : undefined;
}
