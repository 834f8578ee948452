/** Somebody asks: who they are, what they would see, and the person's answer. */

import { useEffect, useState } from "preact/hooks";
import { SETTLE_MS } from "./host.ts";
import { Heading, own, useNow } from "./page.tsx";
import type { PartProps } from "./page.tsx";
import { Warning } from "./start.tsx";
import type { Asked } from "./state.ts";
import { timeIn, whoIs } from "../languages/text.ts";
import type { Text } from "../languages/text.ts";

/** The side of a photo in CSS pixels. */
const PHOTO = 64;

export function Asking({ model, t, state }: PartProps & { state: Asked }) {
  const now = useNow();
  const time = timeIn(t, state.until - now);
  if (state.isChoosing) return <Choosing t={t} time={time} />;
  return (
    <section class="panel wider asking" data-testid="share-request">
      <Who t={t} state={state} />
      <Warning t={t} what="share.request.warning" why="share.request.warning.text" />
      <p class="only-look">
        {t(state.ask.length > 1 ? "share.request.more" : "share.request.only-look")}
      </p>
      <p>{t("share.request.look")}</p>
      <p data-testid="share-recorded">{t("share.request.unrecorded")}</p>
      {!state.isLinkUp && (
        <p class="problem" role="alert">
          {t("share.away", { relay: location.host })}
        </p>
      )}
      <Answers model={model} t={t} state={state} />
      <p class="soft" role="timer" data-testid="share-left">
        {t("share.request.within", { time })}
      </p>
    </section>
  );
}

function Who({ t, state }: { t: Text; state: Asked }) {
  const { name } = state.technician;
  return (
    <div class="asker">
      {state.photo && (
        <img
          class="photo"
          data-testid="share-photo"
          src={`data:image/png;base64,${state.photo}`}
          width={PHOTO}
          height={PHOTO}
          alt={t("share.request.photo", { name })}
        />
      )}
      <div class="stack tight">
        <Heading>
          <bdi>{t("share.request.heading", { name: whoIs(state.technician) })}</bdi>
        </Heading>
        <p class="soft">{t("share.request.checked", { relay: location.host })}</p>
        {state.ticket && (
          <p data-testid="share-ticket">
            <bdi>{t("share.ticket", { ticket: state.ticket })}</bdi>
          </p>
        )}
      </div>
    </div>
  );
}

function Answers({ model, t, state }: PartProps & { state: Asked }) {
  const isSettled = useSettled(state.since);
  const answer = (act: () => void) => own(() => isSettled && act());
  const shared = { type: "button", "aria-disabled": !isSettled } as const;
  return (
    <div class="answers">
      <button
        {...shared}
        class="button"
        data-testid="share-yes"
        onClick={answer(() => model.host?.yes())}
      >
        {t("share.request.yes")}
      </button>
      <button
        {...shared}
        class="button primary"
        data-testid="share-no"
        onClick={answer(() => model.host?.no())}
      >
        {t("share.request.no")}
      </button>
      <button
        {...shared}
        class="button danger"
        data-testid="share-report"
        onClick={answer(() => model.host?.report())}
      >
        {t("share.request.reported")}
      </button>
    </div>
  );
}

/** Whether the question has been in sight for long enough to be read, and not to be pressed by chance. */
function useSettled(since: number): boolean {
  const [isSettled, setSettled] = useState(false);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    const begin = () => {
      setSettled(false);
      clearTimeout(timer);
      if (document.visibilityState === "visible")
        timer = setTimeout(() => setSettled(true), SETTLE_MS);
    };
    begin();
    document.addEventListener("visibilitychange", begin);
    return () => {
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", begin);
    };
  }, [since]);
  return isSettled;
}

function Choosing({ t, time }: { t: Text; time: string }) {
  return (
    <section class="panel wider" data-testid="share-choosing">
      <Heading>{t("share.request.choosing")}</Heading>
      <p role="timer">{t("share.request.choosing.text", { time })}</p>
      <p class="only-look">{t("share.request.only-look")}</p>
    </section>
  );
}
