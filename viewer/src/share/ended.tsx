/** The end: that nobody looks any more, why, and what to do now. */

import english from "../languages/en.json";
import { Heading, own } from "./page.tsx";
import type { PartProps } from "./page.tsx";
import { PROGRAM, Program } from "./start.tsx";
import type { Over } from "./state.ts";
import { timeIn } from "../languages/text.ts";
import type { Key } from "../languages/text.ts";

/** After these the person may have been deceived. */
const doubtful: readonly string[] = ["reported", "words_differ", "host_stopped"];

export function Ended({ model, t, state }: PartProps & { state: Over }) {
  const name = state.technician?.name ?? "";
  const isUnsafe = state.reason === "reported" || state.reason === "words_differ";
  const needsProgram = state.reason === "recording_required";
  return (
    <section class="panel wider" data-testid="ended" data-cause={state.detail ?? state.reason}>
      <div class="stack tight">
        <Heading>{t("share.ended.heading")}</Heading>
        <p>
          <bdi>{t(keyOf(state), { name, relay: location.host })}</bdi>
        </p>
        {state.lasted !== undefined && (
          <p class="soft">
            <bdi>{t("share.ended.lasted", { name, time: timeIn(t, state.lasted) })}</bdi>
          </p>
        )}
      </div>
      {doubtful.includes(state.reason) && (
        <div class="warning" role="note">
          <p>{t("share.ended.wrong")}</p>
        </div>
      )}
      {needsProgram && (
        <a class="button primary wide" href={PROGRAM} data-testid="share-get">
          {t("share.ended.get")}
        </a>
      )}
      <button
        type="button"
        class={needsProgram ? "button wide" : "button primary wide"}
        data-testid="share-again"
        onClick={own(() => model.again())}
      >
        {t("share.ended.again")}
      </button>
      {!needsProgram && !isUnsafe && <Program t={t} why="share.ended.program" />}
    </section>
  );
}

function keyOf({ reason, detail }: Over): Key {
  const key = `share.ended.${detail ?? reason}`;
  return Object.hasOwn(english, key) ? (key as Key) : "share.ended.other";
}
