/** The fields of a new password: typed twice, or shown and typed once with care. */

import { useState } from "preact/hooks";
import { Check, Field, focusFirst } from "./parts.tsx";

interface NewPasswordProps {
  value: string;
  change: (v: string) => void;
  again: string;
  changeAgain: (v: string) => void;
  /** Whether it is what the form begins with. */
  isFirst?: boolean;
}

/** The relay judges passwords; this only says what it looks for. */
export function NewPassword(props: NewPasswordProps) {
  const { value, change, again, changeAgain, isFirst = false } = props;
  const [isShown, setShown] = useState(false);
  const common = {
    class: "input",
    autocomplete: "new-password",
    autocapitalize: "none",
    spellcheck: false,
    required: true,
    ...(isShown ? ({ type: "text" } as const) : ({ type: "password" } as const)),
  } as const;
  return (
    <>
      <Field label="New password" hint="At least ten characters; a few words in a row are good.">
        {(ids) => (
          <input
            {...ids}
            {...common}
            ref={isFirst ? focusFirst : null}
            data-testid="password-new"
            value={value}
            onInput={(e) => change(e.currentTarget.value)}
          />
        )}
      </Field>
      <Field label="The same again">
        {(ids) => (
          <input
            {...ids}
            {...common}
            data-testid="password-again"
            value={again}
            onInput={(e) => changeAgain(e.currentTarget.value)}
          />
        )}
      </Field>
      <Check label="Show what I type" isChecked={isShown} change={setShown} />
    </>
  );
}
