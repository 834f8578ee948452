/** For whom recordings are sealed from now on. */

import { useState } from "preact/hooks";
import { addRelay, removeReader } from "../../recordings/storage.ts";
import type { BookedReader, StorageFigures } from "../../recordings/storage.ts";
import { useAct } from "../act.ts";
import { Confirm, Time } from "../parts.tsx";
import { Refusal } from "../refusal.tsx";
import { AddReader } from "./add-reader.tsx";

interface ReadersProps {
  figures: StorageFigures;
  changed: () => Promise<void>;
}

export function Readers({ figures: f, changed }: ReadersProps) {
  const [isAdding, setAdding] = useState(false);
  const [going, setGoing] = useState<BookedReader>();
  const act = useAct();
  const run = async (what: () => Promise<void>) => {
    setGoing(undefined);
    if (await act.run(what)) await changed();
  };
  return (
    <section class="panel wide" aria-labelledby="readers-title" data-testid="readers">
      <div class="part-head">
        <div>
          <h2 id="readers-title">Who can open recordings</h2>
          <p class="soft" data-testid="readers-who">
            {f.who}
          </p>
        </div>
        {!isAdding && (
          <button
            type="button"
            class="button"
            data-testid="add-reader"
            onClick={() => setAdding(true)}
          >
            Add a key
          </button>
        )}
      </div>
      <Mode isSealed={f.isSealed} />
      {isAdding && <AddReader changed={changed} close={() => setAdding(false)} />}
      <ul class="rows">
        {f.readers.map((r) => (
          <li class="row" key={r.key} data-testid="reader-row">
            <ReaderText reader={r} />
            <button
              type="button"
              class="button quiet"
              data-testid="remove-reader"
              aria-label={`Remove ${r.name}`}
              onClick={() => setGoing(r)}
            >
              Remove
            </button>
          </li>
        ))}
      </ul>
      <Refusal refused={act.refused} />
      {f.isSealed && (
        <div class="actions">
          <button
            type="button"
            class="button"
            data-testid="add-relay"
            aria-disabled={act.isBusy}
            onClick={() => void run(addRelay)}
          >
            Let the relay hold a key
          </button>
        </div>
      )}
      {going && (
        <Removal
          reader={going}
          isLast={f.readers.length === 1}
          isLastHeld={going.isHeld && f.readers.filter((r) => r.isHeld).length === 1}
          confirm={() => void run(() => removeReader(going.name))}
          cancel={() => setGoing(undefined)}
        />
      )}
    </section>
  );
}

/** What the two modes mean, said plainly. */
function Mode({ isSealed }: { isSealed: boolean }) {
  return (
    <p class="note" data-testid="mode" data-sealed={isSealed}>
      {isSealed ? (
        <>
          <strong>Sealed.</strong> This relay has no key: whoever takes over this machine or its
          backups cannot watch recordings made from now on. Auditors open them with their own key,
          in their browser. Search does not find window titles, chat or files. Lose every key below,
          and the recordings are lost. The page that opens them still comes from this relay: for the
          strictest need, open the exported file with the command line elsewhere.
        </>
      ) : (
        <>
          <strong>Not sealed.</strong> The relay holds a key, so that auditors just press play and
          search finds window titles, chat and files. Whoever takes over this machine can watch
          recordings too. To seal those from now on, add the auditors’ keys, then remove the
          relay’s.
        </>
      )}
    </p>
  );
}

function ReaderText({ reader: r }: { reader: BookedReader }) {
  return (
    <div class="row-text">
      <span>
        <bdi class="strong">{r.name}</bdi>
        {r.isHeld && <span class="tag plain">held by the relay</span>}
      </span>
      <code class="key-text soft" title={r.key}>
        {r.key}
      </code>
      {r.added && (
        <span class="soft">
          added <Time at={r.added} />
          {r.by && (
            <>
              {" "}
              by <bdi>{r.by}</bdi>
            </>
          )}
        </span>
      )}
    </div>
  );
}

interface RemovalProps {
  reader: BookedReader;
  isLast: boolean;
  /** Whether no key stays with the relay. */
  isLastHeld: boolean;
  confirm: () => void;
  cancel: () => void;
}

function Removal({ reader: r, isLast, isLastHeld, confirm, cancel }: RemovalProps) {
  if (isLast) {
    return (
      <Confirm
        title="Somebody must be able to open recordings"
        act="All right"
        confirm={cancel}
        cancel={cancel}
      >
        <p>
          This is the last key. Add another one first; a recording that nobody can open is of no
          use.
        </p>
      </Confirm>
    );
  }
  return (
    <Confirm title={`Remove ${r.name}?`} act="Remove it" confirm={confirm} cancel={cancel}>
      <p>
        Sessions that begin from now on are not sealed to this key. What was recorded before stays
        as it is: this key still opens it, and nothing is taken back.
      </p>
      {isLastHeld && (
        <p>
          The relay then holds no key. Auditors need their own to watch, and search finds less in
          new recordings.
        </p>
      )}
    </Confirm>
  );
}
