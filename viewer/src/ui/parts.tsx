/** Small parts that the pages of people and administrators share. */

import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";

export function Loading({ label = "Loading…" }: { label?: string }) {
  return (
    <p class="loading soft" role="status">
      <span class="spinner" /> {label}
    </p>
  );
}

/** A list with nothing in it: what would be here. */
export function Empty({ children }: { children: ComponentChildren }) {
  return <p class="empty soft">{children}</p>;
}

interface FieldProps {
  label: string;
  hint?: ComponentChildren;
  children: (ids: { id: string; "aria-describedby"?: string }) => ComponentChildren;
}

/** A labelled field, with what to know about it below. */
export function Field({ label, hint, children }: FieldProps) {
  const id = useId();
  const described = hint ? { "aria-describedby": `${id}-hint` } : {};
  return (
    <div class="field">
      <label class="label" for={id}>
        {label}
      </label>
      {children({ id, ...described })}
      {hint && (
        <p class="hint soft" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}

/** The `ref` of the field that whoever opened a form fills in first. */
export function focusFirst(field: HTMLInputElement | null): void {
  field?.focus();
}

interface CheckProps {
  label: ComponentChildren;
  isChecked: boolean;
  isDisabled?: boolean;
  testId?: string;
  change: (isChecked: boolean) => void;
}

export function Check({ label, isChecked, isDisabled, testId, change }: CheckProps) {
  return (
    <label class="check">
      <input
        type="checkbox"
        data-testid={testId}
        checked={isChecked}
        disabled={isDisabled ?? false}
        onChange={(e) => change(e.currentTarget.checked)}
      />
      <span>{label}</span>
    </label>
  );
}

interface CopyProps {
  text: string;
  label?: string;
  /** What it says afterwards: that it did, or could not. */
  done?: string;
  refused?: string;
}

/** Puts text on the clipboard, and says that it did. */
export function Copy({
  text,
  label = "Copy",
  done = "Copied",
  refused = "Not allowed: select the text instead",
}: CopyProps) {
  const [said, say] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => say(""), 2_000);
    return () => clearTimeout(timer);
  }, [said]);
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => say(done),
      () => say(refused),
    );
  return (
    <button type="button" class="button" onClick={() => void copy()}>
      <span aria-live="polite">{said || label}</span>
    </button>
  );
}

/** A link to hand over: the text to see and select, and a button that copies it. */
export function LinkToCopy({ link, testId }: { link: string; testId: string }) {
  return (
    <div class="link-row">
      <input
        class="input mono"
        readOnly
        value={link}
        data-testid={testId}
        aria-label="Link"
        onFocus={(e) => e.currentTarget.select()}
      />
      <Copy text={link} />
    </div>
  );
}

interface DialogProps {
  title: string;
  close: () => void;
  children: ComponentChildren;
}

/** Something that is answered before anything else. Escape closes it. */
export function Dialog({ title, close, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const before = document.activeElement;
    dialog.current?.showModal();
    return () => before instanceof HTMLElement && before.focus();
  }, []);
  return (
    <dialog ref={dialog} class="dialog" aria-labelledby={id} onClose={close}>
      <h2 id={id}>{title}</h2>
      {children}
    </dialog>
  );
}

interface ConfirmProps {
  title: string;
  /** What happens then. */
  children: ComponentChildren;
  /** The word on the button, which says what it does. */
  act: string;
  isBusy?: boolean;
  confirm: () => void;
  cancel: () => void;
}

/** Asks before something that cannot be taken back. */
export function Confirm({ title, children, act, isBusy, confirm, cancel }: ConfirmProps) {
  return (
    <Dialog title={title} close={cancel}>
      <div class="stack">{children}</div>
      <div class="actions end">
        <button type="button" class="button" onClick={cancel}>
          Cancel
        </button>
        <button
          type="button"
          class="button danger"
          data-testid="confirm"
          aria-disabled={isBusy}
          onClick={confirm}
        >
          {act}
        </button>
      </div>
    </Dialog>
  );
}

/** A point in time as people here write it. */
export function Time({ at, none = "never" }: { at: Date | undefined; none?: string }) {
  if (!at) return <span class="soft">{none}</span>;
  const full = at.toLocaleString(undefined, { dateStyle: "full", timeStyle: "long" });
  return (
    <time dateTime={at.toISOString()} title={full}>
      {at.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" })}
    </time>
  );
}
