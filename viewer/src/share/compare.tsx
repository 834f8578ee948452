/** The words to compare, until the person has said what they made of them. */

import type { Comparison } from "../protocol/message.ts";
import { own } from "./page.tsx";
import type { PartProps } from "./page.tsx";
import type { Live } from "./state.ts";

export function Compare({ model, t, state }: PartProps & { state: Live }) {
  const { words: c, technician } = state;
  const { name } = technician;
  if (!c) return null;
  if (c.isMissing) {
    return (
      <section class="panel wide" data-testid="share-words-missing">
        <p>{t("share.words.missing")}</p>
      </section>
    );
  }
  if (c.mine === "same") {
    return (
      <section class="panel wide" data-testid="share-words-done">
        <p class="done">{t("share.words.done")}</p>
      </section>
    );
  }
  const say = (result: Comparison) => own(() => model.host?.compared(result));
  return (
    <section class="panel wide comparing" aria-busy={!c.words}>
      <h2>{t("share.words.heading")}</h2>
      <p class="four" data-testid="verify-words">
        {c.words?.join(" ") ?? "…"}
      </p>
      <p>
        <bdi>{t(c.words ? "share.words.text" : "share.words.making", { name })}</bdi>{" "}
        {t("share.words.why")}
      </p>
      {c.isRequired && <p class="soft">{t("share.words.required", { name })}</p>}
      {c.theirs === "same" && <p class="soft">{t("share.words.theirs", { name })}</p>}
      {c.words && (
        <div class="actions">
          <button type="button" class="button" data-testid="words-same" onClick={say("same")}>
            {t("share.words.same")}
          </button>
          <button
            type="button"
            class="button danger"
            data-testid="words-different"
            onClick={say("different")}
          >
            {t("share.words.differ")}
          </button>
        </div>
      )}
    </section>
  );
}
