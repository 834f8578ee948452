/** Where the person begins: what this is, and a number to read out or to type. */

import { useId, useState } from "preact/hooks";
import { CODE_DIGITS, digitsOf, grouped } from "../protocol/code.ts";
import { AlertIcon } from "../ui/icons.tsx";
import { MAX_NAME } from "./model.ts";
import { Heading, own } from "./page.tsx";
import type { PartProps } from "./page.tsx";
import { canShow } from "./picture.ts";
import type { Opening, Problem, Start as StartState } from "./state.ts";
import type { Key, Text } from "../languages/text.ts";

/** Where the program is. */
export const PROGRAM = "/get";

interface StartProps extends PartProps {
  state: StartState | Opening;
  /** An invitation's number from the address, or empty. */
  code: string;
}

export function Start({ model, t, state, code }: StartProps) {
  if (!canShow()) return <Unable t={t} />;
  const isBusy = state.phase === "opening";
  const problem = state.phase === "start" ? state.problem : undefined;
  return (
    <section class="panel wider" data-testid="share-start" aria-busy={isBusy}>
      <div class="stack tight">
        <Heading>{t("share.start.heading")}</Heading>
        <p>{t("share.start.text")}</p>
      </div>
      <p class="only-look">{t("share.start.only-look")}</p>
      <Warning t={t} what="share.start.warning" why="share.start.warning.text" />
      {problem && <Trouble t={t} problem={problem} />}
      <Ways model={model} t={t} code={code} isBusy={isBusy} />
      <Name model={model} t={t} />
      <Program t={t} why="share.start.program" />
    </section>
  );
}

/** The two ways to begin; the one that a link has prepared comes first. */
function Ways({ model, t, code, isBusy }: PartProps & { code: string; isBusy: boolean }) {
  const hasNumber = code !== "";
  const read = (
    <button
      type="button"
      class={hasNumber ? "button wide" : "button primary wide"}
      data-testid="share-begin"
      aria-disabled={isBusy}
      onClick={own(() => isBusy || model.begin(""))}
    >
      {isBusy && !hasNumber ? t("share.start.opening") : t("share.start.begin")}
    </button>
  );
  const typed = <Invitation model={model} t={t} code={code} isBusy={isBusy} />;
  return (
    <div class="ways">
      {hasNumber ? typed : read}
      <p class="or soft">{t("share.start.or")}</p>
      {hasNumber ? read : typed}
    </div>
  );
}

function Invitation({ model, t, code, isBusy }: PartProps & { code: string; isBusy: boolean }) {
  const [digits, setDigits] = useState(code);
  const [isWrong, setWrong] = useState(false);
  const id = useId();
  const send = own(() => {
    if (isBusy) return;
    setWrong(digits.length !== CODE_DIGITS);
    if (digits.length === CODE_DIGITS) model.begin(digits);
  });
  return (
    <form
      class="field"
      onSubmit={(e) => {
        e.preventDefault();
        send(e);
      }}
    >
      <label class="label" for={id}>
        {t("share.start.invitation")}
      </label>
      <div class="link-row">
        <input
          id={id}
          class="input mono"
          data-testid="share-invitation"
          inputMode="numeric"
          autocomplete="off"
          placeholder={t("share.start.invitation.hint")}
          aria-invalid={isWrong}
          aria-describedby={isWrong ? `${id}-wrong` : undefined}
          value={grouped(digits)}
          onInput={(e) => setDigits((e.currentTarget.value = digitsOf(e.currentTarget.value)))}
        />
        <button
          class={code === "" ? "button" : "button primary"}
          data-testid="share-go-on"
          aria-disabled={isBusy}
        >
          {t("share.start.go-on")}
        </button>
      </div>
      {isWrong && (
        <p class="hint wrong" id={`${id}-wrong`} role="alert">
          {t("share.start.wrong")}
        </p>
      )}
    </form>
  );
}

function Name({ model, t }: PartProps) {
  const id = useId();
  return (
    <div class="field">
      <label class="label" for={id}>
        {t("share.start.name")}
      </label>
      <input
        id={id}
        class="input"
        data-testid="share-name"
        autocomplete="off"
        maxLength={MAX_NAME}
        aria-describedby={`${id}-hint`}
        value={model.name.value}
        onInput={(e) => (model.name.value = e.currentTarget.value)}
      />
      <p class="hint soft" id={`${id}-hint`}>
        {t("share.start.name.hint")}
      </p>
    </div>
  );
}

/** The warning against those who call and pretend. */
export function Warning({ t, what, why }: { t: Text; what: Key; why: Key }) {
  return (
    <div class="warning" role="note">
      <p>
        <strong>{t(what)}</strong> {t(why)}
      </p>
    </div>
  );
}

/** The way to the program, which can do more than this page. */
export function Program({ t, why }: { t: Text; why: Key }) {
  return (
    <p class="program soft">
      {t(why)}{" "}
      <a href={PROGRAM} data-testid="share-get">
        {t("share.start.get")}
      </a>
    </p>
  );
}

const known: readonly string[] = [
  "code_invalid",
  "too_many_tries",
  "too_fast",
  "too_many_connections",
  "relay_unreachable",
  "no_signatures",
  "no_connections",
];

function Trouble({ t, problem }: { t: Text; problem: Problem }) {
  const key = known.includes(problem.code) ? problem.code : "other";
  return (
    <div class="problem" role="alert" data-testid="share-problem" data-code={problem.code}>
      <AlertIcon />
      <p>{t(`share.problem.${key}` as Key, { relay: location.host })}</p>
    </div>
  );
}

function Unable({ t }: { t: Text }) {
  return (
    <section class="panel wider" data-testid="share-unable">
      <Heading>{t("share.start.unable")}</Heading>
      <p>{t("share.start.unable.text")}</p>
      <a class="button primary wide" href={PROGRAM} data-testid="share-get">
        {t("share.start.get")}
      </a>
    </section>
  );
}
