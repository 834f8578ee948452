/** Lets a key that came later open a recording, too. */

import { useState } from "preact/hooks";
import { readersNow, share } from "../../recordings/one.ts";
import type { Details } from "../../recordings/one.ts";
import { useAct, useLoad } from "../act.ts";
import { Field } from "../parts.tsx";
import { Reason } from "./reason.tsx";

interface ShareProps {
  details: Details;
  changed: () => Promise<void>;
}

/** Nothing, where nobody has come since, or the relay has no key to do it with. */
export function Share({ details: d, changed }: ShareProps) {
  const { value: all = [] } = useLoad(readersNow, d.id);
  const [isAsking, setAsking] = useState(false);
  const [chosen, setChosen] = useState("");
  const act = useAct();
  const others = all.filter(({ key }) => !d.readers.some((reader) => reader.key === key));
  const [first] = others;
  if (d.isSealed || !first) return null;
  const to = others.find(({ name }) => name === chosen) ?? first;
  const give = async (reason: string) => {
    if (!(await act.run(() => share(d.id, to.name, reason)))) return;
    setAsking(false);
    await changed();
  };
  return (
    <div class="part" data-testid="share">
      <div class="part-head">
        <div>
          <h2>Sharing</h2>
          <p class="soft">
            Keys that were added after this session do not open it: share it with one of them.
          </p>
        </div>
        <button
          type="button"
          class="button"
          data-testid="share-recording"
          onClick={() => setAsking(true)}
        >
          Share
        </button>
      </div>
      {isAsking && (
        <Reason
          title="Share this recording?"
          label="Share it"
          act={act}
          give={(reason) => void give(reason)}
          close={() => {
            act.forget();
            setAsking(false);
          }}
        >
          <Field label="With" hint="It cannot be taken back.">
            {(ids) => (
              <select
                {...ids}
                class="input"
                data-testid="share-with"
                value={to.name}
                onChange={(e) => setChosen(e.currentTarget.value)}
              >
                {others.map(({ name, key }) => (
                  <option key={key} value={name}>
                    {name}
                  </option>
                ))}
              </select>
            )}
          </Field>
        </Reason>
      )}
    </div>
  );
}
