/** A key that is made in this browser. Only its public half goes to the relay. */

import { useEffect, useState } from "preact/hooks";
import { keyFile, makeKey } from "../../recordings/key.ts";
import type { KeyPair } from "../../recordings/key.ts";
import { save } from "../../recordings/save.ts";
import { Check, Copy, Dialog, Loading } from "../parts.tsx";

interface MakeKeyProps {
  /** Takes the public half. */
  use: (recipient: string) => void;
  close: () => void;
}

export function MakeKey({ use, close }: MakeKeyProps) {
  const [pair, setPair] = useState<KeyPair>();
  const [isKept, setKept] = useState(false);
  useEffect(() => void makeKey().then(setPair), []);
  return (
    <Dialog title="A new key" close={close}>
      {!pair && <Loading label="Making a key…" />}
      {pair && (
        <>
          <p class="soft">
            This secret half opens recordings. It was made here, it is shown only now, and it goes
            nowhere. Save it where its owner keeps such things, with a copy: nobody can restore it.
          </p>
          <code class="secret-key" data-testid="secret-key">
            {pair.identity}
          </code>
          <div class="actions">
            <button
              type="button"
              class="button"
              data-testid="save-key"
              onClick={() => save("lendhand-key.txt", keyFile(pair, new Date()))}
            >
              Save as a file
            </button>
            <Copy text={pair.identity} />
          </div>
          <Check
            label="It is kept safely, in more than one place"
            testId="key-kept"
            isChecked={isKept}
            change={setKept}
          />
          <div class="actions end">
            <button type="button" class="button" onClick={close}>
              Cancel
            </button>
            <button
              type="button"
              class="button primary"
              data-testid="use-key"
              disabled={!isKept}
              onClick={() => use(pair.recipient)}
            >
              Use the public half
            </button>
          </div>
        </>
      )}
    </Dialog>
  );
}
