/** Lets a key that came later open a recording, too. */

import { useState } from "preact/hooks";
import { Refused } from "../../account/http.ts";
import type { WorkerOpener } from "../../recording/opener.ts";
import { readersNow, share } from "../../recordings/one.ts";
import type { Details, Reader } from "../../recordings/one.ts";
import { useAct, useLoad } from "../act.ts";
import { Field } from "../parts.tsx";
import { Reason } from "./reason.tsx";

interface ShareProps {
  details: Details;
  /** Has the recording's own key, where the page has opened it. */
  opener: WorkerOpener | undefined;
  changed: () => Promise<void>;
}

/** Nothing, where nobody has come since. Where the relay has no key, this page seals that of the recording. */
export function Share({ details: d, opener, changed }: ShareProps) {
  const { value: all = [] } = useLoad(readersNow, d.id);
  const [isAsking, setAsking] = useState(false);
  const others = all.filter(({ key }) => !d.readers.some((reader) => reader.key === key));
  const mayAsk = !d.isSealed || opener !== undefined;
  if (others.length === 0) return null;
  return (
    <div class="part" data-testid="share">
      <div class="part-head">
        <div>
          <h2>Sharing</h2>
          <p class="soft">
            Keys that were added after this session do not open it: share it with one of them.
            {!mayAsk && " The relay cannot do it: open the recording with your key first."}
          </p>
        </div>
        {mayAsk && (
          <button
            type="button"
            class="button"
            data-testid="share-recording"
            onClick={() => setAsking(true)}
          >
            Share
          </button>
        )}
      </div>
      {isAsking && (
        <Ask
          id={d.id}
          others={others}
          opener={d.isSealed ? opener : undefined}
          close={() => setAsking(false)}
          changed={changed}
        />
      )}
    </div>
  );
}

interface AskProps {
  id: string;
  others: readonly Reader[];
  /** Seals, where the relay cannot. */
  opener: WorkerOpener | undefined;
  close: () => void;
  changed: () => Promise<void>;
}

function Ask({ id, others, opener, close, changed }: AskProps) {
  const [chosen, setChosen] = useState("");
  const act = useAct();
  const to = others.find(({ key }) => key === chosen) ?? others[0];
  const give = async (reason: string) => {
    if (!to) return;
    const isShared = await act.run(async () => {
      const sealedKey = await opener?.sealedTo(to.key).catch(notSealed);
      await share(id, { reader: to.name, reason, sealedKey });
    });
    if (!isShared) return;
    close();
    await changed();
  };
  return (
    <Reason
      title="Share this recording?"
      label="Share it"
      act={act}
      give={(reason) => void give(reason)}
      close={close}
    >
      <Field label="With" hint="It cannot be taken back.">
        {(ids) => (
          <select
            {...ids}
            class="input"
            data-testid="share-with"
            value={to?.key}
            onChange={(e) => setChosen(e.currentTarget.value)}
          >
            {others.map(({ name, key }) => (
              <option key={key} value={key}>
                {name}
              </option>
            ))}
          </select>
        )}
      </Field>
      {opener && to && <Warning to={to} />}
    </Reason>
  );
}

function notSealed(): never {
  const hint = "Open the recording again, and share it then.";
  throw new Refused("not_sealed", "It could not be sealed to this key.", hint);
}

/** Whose key it is, only the relay says: in sealed mode that is not enough. */
function Warning({ to }: { to: Reader }) {
  return (
    <div class="stack" data-testid="share-key">
      <p class="soft">
        {to.isHeld
          ? "The relay holds this key: whoever takes over the relay can watch the recording from then on."
          : "Compare this key with what its owner tells you. The recording’s own is sealed to it here, in this page."}
      </p>
      <code class="whole-key">{to.key}</code>
    </div>
  );
}
