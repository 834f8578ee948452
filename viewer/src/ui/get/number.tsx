/** The number of an invitation: shown, broken, or typed. */

import { useId, useState } from "preact/hooks";
import type { Text } from "../../languages/text.ts";
import { codeIn, grouped } from "../../protocol/code.ts";
import { AlertIcon } from "../icons.tsx";
import { Field } from "../parts.tsx";
import { CopyText } from "./copied.tsx";

export function OwnNumber({ t, code }: { t: Text; code: string }) {
  return (
    <section class="panel wide" aria-labelledby="number-title" data-testid="join">
      <div class="number">
        <div>
          <h2 id="number-title">{t("get.number")}</h2>
          <p class="big-code mono" data-testid="join-code" dir="ltr" translate={false}>
            {grouped(code)}
          </p>
        </div>
        <CopyText t={t} text={grouped(code)} />
      </div>
      <p class="soft">{t("get.number.text")}</p>
    </section>
  );
}

export function BadNumber({ t }: { t: Text }) {
  return (
    <section class="panel wide" role="alert" data-testid="bad-invitation">
      <div>
        <h2>{t("get.number.wrong")}</h2>
        <p class="soft">{t("get.number.wrong.text")}</p>
      </div>
    </section>
  );
}

/** For who was told a number in another way than by a link. */
export function TypeNumber({ t }: { t: Text }) {
  const [typed, type] = useState("");
  const [isWrong, setWrong] = useState(false);
  const problem = useId();
  const submit = (e: Event) => {
    e.preventDefault();
    const code = codeIn(typed);
    setWrong(code === "");
    if (code !== "") {
      location.hash = code;
      window.scrollTo(0, 0);
    }
  };
  return (
    <section class="panel wide">
      <form class="stack" onSubmit={submit} noValidate>
        <Field label={t("get.number.have")} hint={t("get.number.hint")}>
          {(ids) => (
            <div class="number-field">
              <input
                {...ids}
                {...(isWrong ? { "aria-describedby": problem } : {})}
                class="input mono"
                data-testid="get-number"
                inputMode="numeric"
                autocomplete="off"
                dir="ltr"
                aria-invalid={isWrong}
                value={typed}
                onInput={(e) => {
                  type(e.currentTarget.value);
                  setWrong(false);
                }}
              />
              <button class="button" data-testid="get-number-go">
                {t("get.number.go")}
              </button>
            </div>
          )}
        </Field>
        {isWrong && (
          <p class="problem" role="alert" id={problem}>
            <AlertIcon />
            {t("get.number.check")}
          </p>
        )}
      </form>
    </section>
  );
}
