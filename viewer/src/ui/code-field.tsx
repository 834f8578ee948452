/** The field for the code: groups its digits while they are typed or pasted. */

import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { editCode, grouped } from "../protocol/code.ts";

interface CodeFieldProps {
  digits: string;
  change: (digits: string) => void;
  /** The id of what is wrong with the code; undefined when nothing is. */
  problemId: string | undefined;
  isBusy: boolean;
}

export function CodeField({ digits, change, problemId, isBusy }: CodeFieldProps) {
  const field = useRef<HTMLInputElement>(null);
  const caret = useRef<number | undefined>(undefined);
  useLayoutEffect(() => field.current?.focus(), []);
  // After a refusal the next code is typed over the one before.
  useEffect(() => {
    if (problemId) field.current?.select();
  }, [problemId]);
  useLayoutEffect(() => {
    if (caret.current === undefined) return;
    field.current?.setSelectionRange(caret.current, caret.current);
    caret.current = undefined;
  });

  const edit = (input: HTMLInputElement) => {
    const made = editCode(input.value, input.selectionStart ?? input.value.length);
    // At once, not with the next render: the digits are right even when none changed.
    input.value = made.text;
    input.setSelectionRange(made.caret, made.caret);
    caret.current = made.caret;
    change(made.digits);
  };

  return (
    <input
      ref={field}
      id="code"
      class="input code"
      data-testid="code"
      inputMode="numeric"
      autocomplete="off"
      spellcheck={false}
      placeholder="000 000 000"
      aria-describedby={problemId}
      aria-invalid={problemId !== undefined}
      readOnly={isBusy}
      value={grouped(digits)}
      onInput={(e) => edit(e.currentTarget)}
    />
  );
}
