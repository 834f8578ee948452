/** Files on their way, and those that are there. Of a file's name and content nothing is ever markup. */

import type { Transfer } from "../files/transfer.ts";
import { isOpen } from "../files/transfer.ts";
import { standWords } from "../files/words.ts";
import { save } from "../recordings/save.ts";
import { PutIcon, TakeIcon } from "./icons.tsx";

interface RowProps {
  transfer: Transfer;
  isHeld?: boolean;
  cancel?: (key: string) => void;
  forget: (key: string) => void;
}

export function TransferRow({ transfer: t, isHeld = false, cancel, forget }: RowProps) {
  return (
    <li class={`transfer ${t.state}`} data-testid="file" data-state={t.state} data-to={t.to}>
      <span class="transfer-way">
        {t.to === "host" ? <PutIcon /> : <TakeIcon />}
        <span class="spoken">{t.to === "host" ? "To them: " : "From them: "}</span>
      </span>
      <div class="transfer-words">
        <bdi class="transfer-name" data-testid="file-name" title={t.name}>
          {t.name}
        </bdi>
        {t.state === "moving" && (
          <progress value={t.done} max={Math.max(t.size, 1)} aria-label={`Progress of ${t.name}`} />
        )}
        <span class="transfer-stand" data-testid="file-stand">
          {standWords(t, isHeld)}
          {t.keptAs !== undefined && (
            <>
              {" as "}
              <bdi>{t.keptAs}</bdi>
            </>
          )}
        </span>
        <div class="transfer-deeds">
          <Deeds transfer={t} cancel={cancel} forget={forget} />
        </div>
      </div>
    </li>
  );
}

function Deeds({ transfer: t, cancel, forget }: Omit<RowProps, "cancel"> & Cancel) {
  const { key, name, content } = t;
  if (isOpen(t)) {
    return <Deed word="Cancel" of={name} testId="file-cancel" act={() => cancel?.(key)} />;
  }
  return (
    <>
      {content && (
        <Deed word="Save" of={name} testId="file-save" act={() => save(name, content)} isFirst />
      )}
      <Deed
        word={content ? "Throw away" : "Remove"}
        of={name}
        testId="file-forget"
        act={() => forget(key)}
      />
    </>
  );
}

interface Cancel {
  cancel: ((key: string) => void) | undefined;
}

interface DeedProps {
  word: string;
  of: string;
  testId: string;
  act: () => void;
  isFirst?: boolean;
}

function Deed({ word, of, testId, act, isFirst = false }: DeedProps) {
  return (
    <button
      type="button"
      class={isFirst ? "button small primary" : "button small quiet"}
      data-testid={testId}
      aria-label={`${word}: ${of}`}
      onClick={act}
    >
      {word}
    </button>
  );
}

interface ReceivedProps {
  transfers: readonly Transfer[];
  forget: (key: string) => void;
}

/** What was received and can still be saved when the session is over. */
export function Received({ transfers, forget }: ReceivedProps) {
  const there = transfers.filter((t) => t.content);
  if (there.length === 0) return null;
  return (
    <section class="received" aria-labelledby="received-title" data-testid="received">
      <h2 id="received-title">Files that you have received</h2>
      <p class="soft">They are in this page only. Save what you need before you leave it.</p>
      <ul class="transfers">
        {there.map((t) => (
          <TransferRow key={t.key} transfer={t} forget={forget} />
        ))}
      </ul>
    </section>
  );
}
