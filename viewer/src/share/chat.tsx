/** What the two write to each other. It is shown as text and nothing else, and kept nowhere. */

import { useEffect, useId, useRef, useState } from "preact/hooks";
import { clean } from "../protocol/check.ts";
import { MAX_CHAT } from "../protocol/message.ts";
import type { PartProps } from "./page.tsx";
import type { Live } from "./state.ts";
import type { Key } from "../languages/text.ts";

export function Chat({ model, t, state }: PartProps & { state: Live }) {
  const [typed, setTyped] = useState("");
  const [trouble, setTrouble] = useState<Key>();
  const id = useId();
  const { name } = state.technician;
  const send = (e: Event) => {
    e.preventDefault();
    const text = clean(typed, MAX_CHAT + 1);
    if (text === "") return;
    if ([...text].length > MAX_CHAT) return setTrouble("share.chat.long");
    if (!model.host?.say(text)) return setTrouble("share.chat.fast");
    setTrouble(undefined);
    setTyped("");
  };
  return (
    <section class="panel wide" data-testid="chat" aria-labelledby={`${id}-heading`}>
      <h2 id={`${id}-heading`}>{t("share.chat.heading")}</h2>
      <Lines t={t} state={state} model={model} />
      <form class="field" onSubmit={send}>
        <label class="label" for={id}>
          {t("share.chat.label", { name })}
        </label>
        <div class="link-row">
          <input
            id={id}
            class="input"
            data-testid="chat-text"
            autocomplete="off"
            value={typed}
            onInput={(e) => setTyped(e.currentTarget.value)}
          />
          <button class="button" data-testid="chat-send">
            {t("share.chat.send")}
          </button>
        </div>
        {trouble && (
          <p class="hint wrong" role="alert">
            {t(trouble)}
          </p>
        )}
      </form>
    </section>
  );
}

function Lines({ t, state }: PartProps & { state: Live }) {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => list.current?.scrollTo(0, list.current.scrollHeight), [state.lines]);
  const { name } = state.technician;
  return (
    <div class="lines" ref={list} role="log" aria-live="polite" hidden={state.lines.length === 0}>
      {state.lines.map(({ isMine, text }, at) => (
        <p key={at} class={isMine ? "mine" : "theirs"}>
          <bdi>
            {isMine ? t("share.chat.mine", { text }) : t("share.chat.theirs", { name, text })}
          </bdi>
        </p>
      ))}
    </div>
  );
}
