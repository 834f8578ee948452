/** Where the reason is written that stands in the journal. */

import { Field, focusFirst } from "../parts.tsx";

const MAX_REASON = 500;

interface ReasonFieldProps {
  reason: string;
  setReason: (text: string) => void;
  testid?: string;
  hint?: string;
}

export function ReasonField({
  reason,
  setReason,
  testid = "reason",
  hint = "Kept in the journal with your name.",
}: ReasonFieldProps) {
  return (
    <Field label="Reason" hint={hint}>
      {(ids) => (
        <input
          {...ids}
          ref={focusFirst}
          class="input"
          data-testid={testid}
          placeholder="A case or ticket, for example"
          maxLength={MAX_REASON}
          required
          autocomplete="off"
          value={reason}
          onInput={(e) => setReason(e.currentTarget.value)}
        />
      )}
    </Field>
  );
}
