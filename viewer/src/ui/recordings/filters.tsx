/** The fields below the search box. */

import type { Filter } from "../../recordings/filters.ts";
import { deeds, states } from "../../recordings/list.ts";
import { Check, Field } from "../parts.tsx";
import { deedWords, recordingStateWords } from "./words.ts";

interface FiltersProps {
  filter: Filter;
  change: (f: Filter) => void;
}

const texts = [
  { name: "technician", label: "Technician" },
  { name: "host", label: "Host" },
  { name: "ticket", label: "Ticket" },
  { name: "group", label: "Group" },
] as const;

const days = [
  { name: "from", label: "Begun on or after" },
  { name: "to", label: "Begun on or before" },
] as const;

const lengths = [
  { name: "least", label: "At least, minutes" },
  { name: "most", label: "At most, minutes" },
] as const;

export function Filters({ filter, change }: FiltersProps) {
  const put = (name: keyof Filter) => (value: string) => change({ ...filter, [name]: value });
  return (
    <section class="panel wide" aria-label="Filters" data-testid="filter-panel">
      <div class="columns narrow">
        {texts.map(({ name, label }) => (
          <Text key={name} name={name} label={label} value={filter[name]} change={put(name)} />
        ))}
        {days.map(({ name, label }) => (
          <Text
            key={name}
            type="date"
            name={name}
            label={label}
            value={filter[name]}
            change={put(name)}
          />
        ))}
        {lengths.map(({ name, label }) => (
          <Text
            key={name}
            type="number"
            name={name}
            label={label}
            value={filter[name]}
            change={put(name)}
          />
        ))}
        <Field label="State">
          {(ids) => (
            <select
              {...ids}
              class="input"
              data-testid="filter-state"
              value={filter.state}
              onChange={(e) => put("state")(e.currentTarget.value)}
            >
              <option value="">any</option>
              {states.map((state) => (
                <option key={state} value={state}>
                  {recordingStateWords[state]}
                </option>
              ))}
            </select>
          )}
        </Field>
      </div>
      <Happened filter={filter} change={change} />
      <Check
        label="Only what is held"
        testId="filter-held"
        isChecked={filter.held}
        change={(held) => change({ ...filter, held })}
      />
    </section>
  );
}

interface TextProps {
  name: string;
  label: string;
  type?: "text" | "date" | "number";
  value: string;
  change: (value: string) => void;
}

function Text({ name, label, type = "text", value, change }: TextProps) {
  const rest = {
    class: "input",
    maxLength: 200,
    autocomplete: "off",
    spellcheck: false,
    "data-testid": `filter-${name}`,
    value,
    onInput: (e: { currentTarget: HTMLInputElement }) => change(e.currentTarget.value),
  };
  return (
    <Field label={label}>
      {(ids) => {
        if (type === "date") return <input {...ids} {...rest} type="date" />;
        if (type === "number") return <input {...ids} {...rest} type="number" min={0} />;
        return <input {...ids} {...rest} type="text" />;
      }}
    </Field>
  );
}

/** All that are checked must have happened. */
function Happened({ filter, change }: FiltersProps) {
  const { happened } = filter;
  return (
    <fieldset class="field">
      <legend class="label">What happened, all of</legend>
      <div class="chips">
        {deeds.map((deed) => (
          <label class="chip" key={deed}>
            <input
              type="checkbox"
              data-testid={`happened-${deed}`}
              checked={happened.includes(deed)}
              onChange={(e) => {
                const isOn = e.currentTarget.checked;
                const kept = deeds.filter((d) => (d === deed ? isOn : happened.includes(d)));
                change({ ...filter, happened: kept });
              }}
            />
            <span>{deedWords[deed]}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
