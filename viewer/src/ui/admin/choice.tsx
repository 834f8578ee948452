/** One of a short list. */

import { Field } from "../parts.tsx";

interface ChoiceProps<T extends string> {
  label: string;
  testId: string;
  value: T;
  options: readonly (readonly [T, string])[];
  change: (v: T) => void;
}

export function Choice<T extends string>({
  label,
  testId,
  value,
  options,
  change,
}: ChoiceProps<T>) {
  const pick = (typed: string) => {
    const found = options.find(([name]) => name === typed);
    if (found) change(found[0]);
  };
  return (
    <Field label={label}>
      {(ids) => (
        <select
          {...ids}
          class="input"
          data-testid={testId}
          value={value}
          onChange={(e) => pick(e.currentTarget.value)}
        >
          {options.map(([name, words]) => (
            <option key={name} value={name}>
              {words}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
