/** The clipboards of both sides: what is allowed between them, and what has gone. */

import { useEffect, useState } from "preact/hooks";
import type { Scope } from "../protocol/message.ts";
import { allows, askingFor, canHave } from "../session/state.ts";
import type { Live } from "../session/state.ts";
import { PutIcon, TakeIcon } from "./icons.tsx";
import type { Clip } from "./model.ts";

/** How long is shown what has gone, in milliseconds. */
const SHOWN_MS = 6000;

type Stand = "off" | "asked" | "on";

interface Direction {
  scope: Scope;
  testId: string;
  icon: () => preact.JSX.Element;
  words: Record<Stand, string>;
}

const directions: readonly Direction[] = [
  {
    scope: "clipboard-to-host",
    testId: "clipboard-put",
    icon: PutIcon,
    words: {
      off: "Ask whether you may paste into their desktop",
      asked: "Asked whether you may paste into their desktop",
      on: "You may paste into their desktop: press Ctrl+V there",
    },
  },
  {
    scope: "clipboard-from-host",
    testId: "clipboard-take",
    icon: TakeIcon,
    words: {
      off: "Ask whether you may get what they copy",
      asked: "Asked whether you may get what they copy",
      on: "You get what they copy",
    },
  },
];

/** A button for each direction that the host is able to serve. */
export function ClipboardTools({ state, ask }: { state: Live; ask: (s: Scope) => void }) {
  return (
    <>
      {directions
        .filter(({ scope }) => canHave(state, scope))
        .map(({ scope, testId, icon: Icon, words }) => {
          const stand = standOf(state, scope);
          return (
            <button
              key={scope}
              type="button"
              class="tool"
              data-testid={testId}
              data-state={stand}
              aria-label={words[stand]}
              aria-pressed={stand === "on"}
              aria-disabled={stand !== "off"}
              title={words[stand]}
              onClick={() => stand === "off" && ask(scope)}
            >
              <Icon />
              {stand === "asked" && <span class="dot" />}
            </button>
          );
        })}
    </>
  );
}

function standOf(state: Live, scope: Scope): Stand {
  if (allows(state, scope)) return "on";
  return askingFor(state, scope) === "asked" ? "asked" : "off";
}

/** Says what has gone from one clipboard to the other, by its length. */
export function ClipNotice({ clip, copy }: { clip: Clip | undefined; copy: () => void }) {
  const [gone, setGone] = useState<Clip>();
  useEffect(() => {
    if (!clip || clip.kind === "waiting") return undefined;
    const timer = setTimeout(() => setGone(clip), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [clip]);
  const isShown = clip !== undefined && clip !== gone;
  return (
    <div class={isShown ? "clip" : ""} role="status" data-testid="clip" data-kind={clip?.kind}>
      {isShown && wordsOf(clip)}
      {isShown && clip.kind === "waiting" && (
        <button type="button" class="button small" data-testid="clip-copy" onClick={copy}>
          Copy
        </button>
      )}
    </div>
  );
}

function wordsOf({ kind, characters }: Clip): string {
  const size = characters === 1 ? "1 character" : `${characters.toLocaleString("en")} characters`;
  switch (kind) {
    case "there":
      return `Put into their clipboard: ${size}`;
    case "copied":
      return `They copied ${size}: now in your clipboard`;
    case "waiting":
      return `They copied ${size}`;
    case "too_long":
      return "Not pasted: more than 64 KiB, or not plain text";
    case "too_fast":
      return "Not pasted: that was too much at once";
    case "unanswered":
    case "not_sent":
      return "Not pasted: their side has not taken it";
  }
}
