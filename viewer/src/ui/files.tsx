/** Files between the two desktops: a panel beside the picture. */

import { useEffect, useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { FilesState, Transfer } from "../files/transfer.ts";
import { wantedWords } from "../files/words.ts";
import type { Scope } from "../protocol/message.ts";
import { allows, askingFor, canHave, may } from "../session/state.ts";
import type { Live } from "../session/state.ts";
import { CloseIcon } from "./icons.tsx";
import { TransferRow } from "./transfers.tsx";

type FilesScope = Extract<Scope, `files-${string}`>;

interface FilesProps {
  state: Live;
  files: FilesState;
  /** What was wrong with what was dropped last. */
  trouble: string;
  ask: (s: Scope) => void;
  give: (files: readonly File[]) => void;
  want: () => void;
  cancel: (key: string) => void;
  forget: (key: string) => void;
  close: () => void;
}

/** Whether files can go either way in this session at all. */
export function canMoveFiles(state: Live): boolean {
  return canHave(state, "files-to-host") || canHave(state, "files-from-host");
}

export function Files(props: FilesProps) {
  const { state, files, trouble, ask, give, want, cancel, forget, close } = props;
  const id = useId();
  const panel = useRef<HTMLElement>(null);
  useLayoutEffect(() => panel.current?.querySelector<HTMLElement>("[data-first]")?.focus(), []);
  return (
    <aside
      ref={panel}
      class="chat files"
      data-testid="files-panel"
      aria-labelledby={id}
      onKeyDown={(e) => e.key === "Escape" && close()}
    >
      <header class="chat-head">
        <h2 id={id}>Files</h2>
        <button
          type="button"
          class="tool"
          data-testid="files-close"
          aria-label="Put the files away"
          title="Put the files away (Esc)"
          onClick={close}
        >
          <CloseIcon />
        </button>
      </header>
      <div class="files-deeds">
        <Send state={state} ask={ask} give={give} trouble={trouble} />
        <Want state={state} ask={ask} want={want} files={files} />
      </div>
      <List state={state} transfers={files.transfers} cancel={cancel} forget={forget} />
    </aside>
  );
}

interface SendProps {
  state: Live;
  ask: (s: Scope) => void;
  give: (files: readonly File[]) => void;
  trouble: string;
}

function Send({ state, ask, give, trouble }: SendProps) {
  const field = useRef<HTMLInputElement>(null);
  if (!allows(state, "files-to-host")) {
    return <Ask state={state} scope="files-to-host" ask={ask} />;
  }
  const isHeld = !may(state, "files-to-host");
  return (
    <section class="files-deed" aria-label="To their desktop">
      <button
        type="button"
        class="button primary"
        data-testid="files-send"
        data-first
        aria-describedby="files-send-why"
        onClick={() => field.current?.click()}
      >
        Send files…
      </button>
      <input
        ref={field}
        type="file"
        multiple
        hidden
        data-testid="files-chosen"
        onChange={(e) => {
          give([...(e.currentTarget.files ?? [])]);
          e.currentTarget.value = "";
        }}
      />
      <p class="soft" id="files-send-why">
        {isHeld
          ? "The session is paused: files wait until it goes on."
          : "Or drop them on this page. They go into the folder Lendhand among the person’s downloads, and nothing opens them."}
      </p>
      {trouble && (
        <p class="chat-trouble" role="alert" data-testid="files-trouble">
          {trouble}
        </p>
      )}
    </section>
  );
}

interface WantProps {
  state: Live;
  ask: (s: Scope) => void;
  want: () => void;
  files: FilesState;
}

function Want({ state, ask, want, files }: WantProps) {
  if (!allows(state, "files-from-host")) {
    return <Ask state={state} scope="files-from-host" ask={ask} />;
  }
  const isOff = files.wanted === "asked" || !may(state, "files-from-host");
  return (
    <section class="files-deed" aria-label="From their desktop">
      <button
        type="button"
        class="button"
        data-testid="files-want"
        data-state={files.wanted}
        aria-disabled={isOff}
        onClick={() => !isOff && want()}
      >
        Ask for a file
      </button>
      <p class="soft" role="status" data-testid="files-wanted">
        {wantedWords(files.wanted) || "The person chooses which one."}
      </p>
    </section>
  );
}

const askWords: Readonly<Record<FilesScope, { what: string; off: string; never: string }>> = {
  "files-to-host": {
    what: "Ask to send files",
    off: "The person has not allowed that you send files.",
    never: "Files cannot be sent to this desktop.",
  },
  "files-from-host": {
    what: "Ask to receive files",
    off: "The person has not allowed that you receive files.",
    never: "Files cannot be received from this desktop.",
  },
};

interface AskProps {
  state: Live;
  scope: FilesScope;
  ask: (s: Scope) => void;
}

/** In the place of what is not allowed: why, and how to ask for it. */
function Ask({ state, scope, ask }: AskProps) {
  const { what, off, never } = askWords[scope];
  if (!canHave(state, scope)) return <p class="soft files-deed">{never}</p>;
  const asking = askingFor(state, scope);
  const isOff = asking === "asked" || state.stage !== "active";
  return (
    <section class="files-deed">
      <button
        type="button"
        class="button"
        data-testid={`ask-${scope}`}
        data-first={scope === "files-to-host" || undefined}
        aria-disabled={isOff}
        onClick={() => !isOff && ask(scope)}
      >
        {asking === "asked" ? "Asked…" : what}
      </button>
      <p class="soft" role="status">
        {asking === "declined" ? "They said no. You can ask again." : off}
      </p>
    </section>
  );
}

interface ListProps {
  state: Live;
  transfers: readonly Transfer[];
  cancel: (key: string) => void;
  forget: (key: string) => void;
}

function List({ state, transfers, cancel, forget }: ListProps) {
  const isHeld = ({ to }: Transfer) =>
    !may(state, to === "host" ? "files-to-host" : "files-from-host");
  return (
    <div class="files-list">
      {transfers.length === 0 && (
        <p class="soft" data-testid="files-empty">
          No file has come or gone yet.
        </p>
      )}
      <ul class="transfers" data-testid="files-list">
        {transfers.toReversed().map((t) => (
          <TransferRow
            key={t.key}
            transfer={t}
            isHeld={isHeld(t)}
            cancel={cancel}
            forget={forget}
          />
        ))}
      </ul>
    </div>
  );
}

/** How many files have come since the panel was last open. */
export function useArrived(transfers: readonly Transfer[], isPanelOpen: boolean): number {
  const there = transfers.filter((t) => t.content).length;
  const [seen, setSeen] = useState(0);
  useEffect(() => {
    if (isPanelOpen || there < seen) setSeen(there);
  }, [isPanelOpen, there, seen]);
  return isPanelOpen ? 0 : Math.max(0, there - seen);
}
