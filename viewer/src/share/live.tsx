/** While somebody can look: who, for how long, and what stops it. */

import { Shell } from "../ui/shell.tsx";
import { StopIcon } from "../ui/icons.tsx";
import { Chat } from "./chat.tsx";
import { Compare } from "./compare.tsx";
import { Heading, own, useNow } from "./page.tsx";
import type { PartProps } from "./page.tsx";
import { PROGRAM } from "./start.tsx";
import type { Live as LiveState } from "./state.ts";
import { timeIn, whoIs } from "../languages/text.ts";
import type { Key, Text } from "../languages/text.ts";

/** From when on the end of the time is told, in milliseconds before it. */
const NOTICE_MS = 10 * 60 * 1000;

export function Live({ model, t, state }: PartProps & { state: LiveState }) {
  return (
    <Shell>
      <div class="share live">
        <Bar model={model} t={t} state={state} />
        {state.hasAskedForMore && <AskedForMore model={model} t={t} state={state} />}
        <What t={t} state={state} />
        <Compare model={model} t={t} state={state} />
        <Chat model={model} t={t} state={state} />
        <button
          type="button"
          class="button quiet report"
          data-testid="share-report"
          onClick={own(() => model.host?.report())}
        >
          {t("share.live.report")}
        </button>
      </div>
    </Shell>
  );
}

/** How things stand, in the words of the bar. */
function standing(state: LiveState): { look: string; head: Key; text: Key } {
  if (state.stage === "connecting") {
    return { look: "busy", head: "share.live.connecting", text: "share.live.connecting.text" };
  }
  if (state.isPaused)
    return { look: "paused", head: "share.live.paused", text: "share.live.paused.text" };
  if (state.stage === "reconnecting") {
    return { look: "busy", head: "share.live.reconnecting", text: "share.live.reconnecting.text" };
  }
  return { look: "on", head: "share.live.view", text: "share.live.only-look" };
}

function Bar({ model, t, state }: PartProps & { state: LiveState }) {
  const now = useNow();
  const name = whoIs(state.technician);
  const { look, head, text } = standing(state);
  return (
    <section class={`share-bar ${look}`} data-testid="share-bar" data-look={look}>
      <span class="lamp" aria-hidden="true" />
      <div class="share-bar-say" role="status">
        <Heading>
          <bdi>{t(head, { name })}</bdi>
        </Heading>
        <p>
          <bdi>{t(text, { name })}</bdi>
        </p>
      </div>
      <span class="clock" role="timer" data-testid="share-clock">
        {clock(now - state.since)}
      </span>
      <div class="share-bar-do">
        <button
          type="button"
          class="button large"
          data-testid="share-pause"
          aria-pressed={state.isPaused}
          onClick={own(() => model.host?.pause(!state.isPaused))}
        >
          {t(state.isPaused ? "share.do.unpause" : "share.do.pause")}
        </button>
        <button
          type="button"
          class="button large stopping"
          data-testid="share-stop"
          onClick={own(() => model.host?.stop())}
        >
          <StopIcon />
          {t("share.do.stop")}
        </button>
      </div>
    </section>
  );
}

/** Minutes and seconds, hours before them when there are any. */
function clock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const [h = 0, m = 0, s = 0] = parts;
  const two = (n: number) => String(n).padStart(2, "0");
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

function What({ t, state }: { t: Text; state: LiveState }) {
  const now = useNow();
  const left = state.endsAt === undefined ? Infinity : state.endsAt - now;
  return (
    <section class="panel wide">
      {state.surface && <p class="strong">{t(`share.live.${state.surface}`)}</p>}
      <p>{t("share.live.switch")}</p>
      {state.ticket && (
        <p class="soft">
          <bdi>{t("share.ticket", { ticket: state.ticket })}</bdi>
        </p>
      )}
      {left < NOTICE_MS && <p role="status">{t("share.live.until", { time: timeIn(t, left) })}</p>}
      {!state.isLinkUp && (
        <p class="problem" role="alert">
          {t("share.live.away", { relay: location.host, name: state.technician.name })}
        </p>
      )}
    </section>
  );
}

function AskedForMore({ model, t, state }: PartProps & { state: LiveState }) {
  return (
    <section class="panel wide" data-testid="share-more" role="alert">
      <p>
        <bdi>{t("share.live.more", { name: state.technician.name })}</bdi>{" "}
        {t("share.live.more.get")}
      </p>
      <div class="actions">
        <button type="button" class="button" onClick={own(() => model.host?.seen())}>
          {t("share.live.more.seen")}
        </button>
        <a class="button" href={PROGRAM} target="_blank" rel="noopener" data-testid="share-get">
          {t("share.start.get")}
        </a>
      </div>
    </section>
  );
}
