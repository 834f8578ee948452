/** What the two people write to each other: a panel beside the picture. */

import { useEffect, useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { clean } from "../protocol/check.ts";
import { MAX_CHAT } from "../protocol/message.ts";
import type { Live } from "../session/state.ts";
import type { Line } from "../session/talk.ts";
import { CloseIcon } from "./icons.tsx";

interface ChatProps {
  state: Live;
  /** What is typed and not sent. It outlives the panel. */
  draft: string;
  setDraft: (text: string) => void;
  /** Sends a text; false when it could not be. */
  say: (text: string) => boolean;
  close: () => void;
}

export function Chat({ state, draft, setDraft, say, close }: ChatProps) {
  const id = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  const [trouble, setTrouble] = useState("");
  useLayoutEffect(() => field.current?.focus(), []);
  const send = () => {
    const why = sendIt(draft, state, say);
    setTrouble(why ?? "");
    if (why === undefined) setDraft("");
    field.current?.focus();
  };
  const onKeyDown = (e: KeyboardEvent) => {
    if (e.key === "Escape") return close();
    if (e.key !== "Enter" || e.isComposing || e.ctrlKey || e.altKey || e.metaKey) return undefined;
    e.preventDefault();
    return send();
  };
  return (
    <aside class="chat" data-testid="chat" aria-labelledby={id}>
      <header class="chat-head">
        <h2 id={id}>Messages</h2>
        <button
          type="button"
          class="tool"
          data-testid="chat-close"
          aria-label="Put the messages away"
          title="Put the messages away (Esc)"
          onClick={close}
        >
          <CloseIcon />
        </button>
      </header>
      <Lines lines={state.lines ?? []} host={state.host.name} isThere={state.stage === "active"} />
      <form
        class="chat-form"
        onSubmit={(e) => {
          e.preventDefault();
          send();
        }}
      >
        <textarea
          ref={field}
          class="input"
          data-testid="chat-text"
          aria-label="Write to the person"
          aria-describedby={trouble ? `${id}-trouble` : undefined}
          placeholder="Write to the person"
          rows={2}
          autocomplete="off"
          value={draft}
          onInput={(e) => setDraft(e.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
        {trouble && (
          <p class="chat-trouble" id={`${id}-trouble`} role="alert" data-testid="chat-trouble">
            {trouble}
          </p>
        )}
        <button class="button primary" data-testid="chat-send">
          Send
        </button>
      </form>
    </aside>
  );
}

/** Sends what is typed; says why not, when it is to be kept. */
function sendIt(draft: string, state: Live, say: (text: string) => boolean): string | undefined {
  const text = clean(draft.replaceAll(/\s+/g, " "), MAX_CHAT + 1);
  if (text === "") return undefined;
  if ([...text].length > MAX_CHAT) return "Not sent: it is longer than 1,000 characters.";
  if (say(text)) return undefined;
  return state.stage === "connecting"
    ? "Not sent: they are not connected yet."
    : "Not sent: that was too much at once. Wait a moment, then send it again.";
}

interface LinesProps {
  lines: readonly Line[];
  host: string;
  isThere: boolean;
}

function Lines({ lines, host, isThere }: LinesProps) {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => list.current?.scrollTo(0, list.current.scrollHeight), [lines]);
  const waiting = lines.filter((l) => l.isMine && !l.isHeard).length;
  return (
    <div
      class={isThere ? "chat-lines" : "chat-lines away"}
      ref={list}
      role="log"
      aria-live="polite"
      aria-label="Messages"
      tabIndex={0}
    >
      {lines.length === 0 && (
        <p class="soft" data-testid="chat-empty">
          Nothing was written yet. What you write, the person at <bdi>{host}</bdi> reads in their
          Lendhand window. It is gone after the session.
        </p>
      )}
      {lines.map(({ isMine, text, isHeard }, at) => (
        <p key={at} class={isMine ? "line mine" : "line"} data-heard={isHeard}>
          <span class="spoken">{isMine ? "You: " : "They: "}</span>
          <bdi>{text}</bdi>
        </p>
      ))}
      {waiting > 0 && !isThere && (
        <p class="soft chat-waiting" data-testid="chat-waiting">
          Not delivered yet: it arrives when the connection is back.
        </p>
      )}
    </div>
  );
}

/** How many lines of theirs have come since the panel was last open. */
export function useUnread(lines: readonly Line[] = [], isOpen: boolean): number {
  const theirs = lines.filter((l) => !l.isMine).length;
  const [read, setRead] = useState(0);
  useEffect(() => {
    if (isOpen) setRead(theirs);
  }, [isOpen, theirs]);
  return isOpen ? 0 : Math.max(0, theirs - read);
}
