/** The fields that a new person and one who is changed have in common. */

import { useId } from "preact/hooks";
import { roles as allRoles } from "../../admin/people.ts";
import type { Role } from "../../admin/people.ts";
import { GROUP_NAME } from "../../admin/policy.ts";
import { Check, Field, focusFirst } from "../parts.tsx";
import { roleWords } from "./words.ts";

const MAX_DISPLAY_NAME = 64;

interface DisplayNameProps {
  value: string;
  change: (v: string) => void;
  /** Whether it is what the form begins with. */
  isFirst?: boolean;
}

export function DisplayName({ value, change, isFirst = false }: DisplayNameProps) {
  return (
    <Field label="Full name" hint="What the person at the host reads.">
      {(ids) => (
        <input
          {...ids}
          ref={isFirst ? focusFirst : null}
          class="input"
          data-testid="person-display-name"
          autocomplete="off"
          maxLength={MAX_DISPLAY_NAME}
          required
          value={value}
          onInput={(e) => change(e.currentTarget.value)}
        />
      )}
    </Field>
  );
}

export function Roles({ value, change }: { value: Role[]; change: (v: Role[]) => void }) {
  return (
    <fieldset class="field checks">
      <legend class="label">Roles</legend>
      {allRoles.map((role) => (
        <Check
          key={role}
          testId={`role-${role}`}
          isChecked={value.includes(role)}
          label={
            <>
              {roleWords[role].label} <span class="soft">{roleWords[role].detail}</span>
            </>
          }
          change={(isOn) => change(allRoles.filter((r) => (r === role ? isOn : value.includes(r))))}
        />
      ))}
    </fieldset>
  );
}

interface GroupProps {
  value: string;
  /** Names that are in use. */
  known: string[];
  change: (v: string) => void;
}

export function Group({ value, known, change }: GroupProps) {
  const list = useId();
  return (
    <Field label="Group" hint="Optional: one that has rules of its own on the page of the policy.">
      {(ids) => (
        <>
          <input
            {...ids}
            class="input"
            data-testid="person-group"
            list={list}
            autocomplete="off"
            autocapitalize="none"
            spellcheck={false}
            pattern={GROUP_NAME}
            title="Small letters, digits, dot, hyphen and underscore; a letter or digit first"
            value={value}
            onInput={(e) => change(e.currentTarget.value)}
          />
          <datalist id={list}>
            {known.map((name) => (
              <option key={name} value={name} />
            ))}
          </datalist>
        </>
      )}
    </Field>
  );
}
