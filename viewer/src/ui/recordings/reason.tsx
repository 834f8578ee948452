/** Asks for the reason of something that is written down. */

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { Act } from "../act.ts";
import { Dialog } from "../parts.tsx";
import { Refusal } from "../refusal.tsx";
import { ReasonField } from "./reason-field.tsx";

interface ReasonProps {
  title: string;
  /** What happens then. */
  children?: ComponentChildren;
  /** The word on the button, which says what it does. */
  label: string;
  act: Act;
  give: (reason: string) => void;
  close: () => void;
}

export function Reason({ title, children, label, act, give, close }: ReasonProps) {
  const [reason, setReason] = useState("");
  const submit = (e: Event) => {
    e.preventDefault();
    if (reason.trim() !== "") give(reason.trim());
  };
  return (
    <Dialog title={title} close={close}>
      <form class="stack" onSubmit={submit}>
        {children}
        <ReasonField reason={reason} setReason={setReason} />
        <Refusal refused={act.refused} />
        <div class="actions end">
          <button type="button" class="button" onClick={close}>
            Cancel
          </button>
          <button class="button primary" data-testid="reason-give" aria-disabled={act.isBusy}>
            {label}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
