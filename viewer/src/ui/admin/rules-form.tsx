/** The form of rules, for all and for a group, in plain words with their units. */

import type { ComponentChildren } from "preact";
import { limits } from "../../admin/policy.ts";
import type { GroupRules, Rules } from "../../admin/policy.ts";
import { ALL_SCOPES } from "../../protocol/message.ts";
import type { Scope } from "../../protocol/message.ts";
import { Check, Field } from "../parts.tsx";
import { Choice } from "./choice.tsx";
import { GroupRecording, OrganisationRecording } from "./recording-form.tsx";
import { scopeLabels, spanWords } from "./words.ts";

interface OrganisationProps {
  rules: Rules;
  change: (r: Rules) => void;
}

export function OrganisationForm({ rules, change }: OrganisationProps) {
  // Nothing is asked of what a number field lets out: what holds then is the field's own default.
  const set = (part: GroupRules) => change({ ...rules, ...part });
  return (
    <>
      <Scopes allowed={ALL_SCOPES} value={rules.scopes} change={(scopes) => set({ scopes })} />
      <div class="columns">
        <Choice
          label="Recording"
          testId="rule-recording"
          value={rules.recording}
          options={[
            ["off", "never"],
            ["optional", "if it is asked for"],
            ["required", "always, or no session"],
          ]}
          change={(recording) => set({ recording })}
        />
        <Choice
          label="Four words to compare"
          testId="rule-words"
          value={rules.verifyWords}
          options={[
            ["offered", "offered"],
            ["required", "required before control"],
          ]}
          change={(verifyWords) => set({ verifyWords })}
        />
        <Choice
          label="Second factor"
          testId="rule-factor"
          value={rules.secondFactor}
          options={[
            ["optional", "if they like"],
            ["required", "required of everybody"],
          ]}
          change={(secondFactor) => set({ secondFactor })}
        />
        <Minutes
          label="Longest session"
          testId="rule-longest"
          hint="Empty: no limit."
          value={rules.longestSession}
          most={limits.longestSession}
          change={(seconds) => set({ longestSession: seconds ?? 0 })}
        />
        <Minutes
          label="Ask again about control every"
          testId="rule-confirm"
          isRequired
          value={rules.confirmEvery}
          most={limits.confirmEvery}
          change={(seconds) => seconds && set({ confirmEvery: seconds })}
        />
        <Minutes
          label="Sign out when idle for"
          testId="rule-idle"
          isRequired
          value={rules.idle}
          most={limits.idle}
          change={(seconds) => seconds && set({ idle: seconds })}
        />
      </div>
      {rules.recording !== "off" && <OrganisationRecording rules={rules} set={set} />}
      <Networks
        hint="One a line, as 192.0.2.0/24 or 2001:db8::/32. Empty: from everywhere. Administrators and auditors are not held to it."
        value={rules.networks}
        change={(networks) => set({ networks })}
      />
    </>
  );
}

interface GroupProps {
  organisation: Rules;
  rules: GroupRules;
  change: (r: GroupRules) => void;
}

export function GroupForm({ organisation, rules, change }: GroupProps) {
  const set = (name: keyof GroupRules, value: GroupRules[keyof GroupRules]) => {
    const { [name]: _, ...others } = rules;
    change(value === undefined ? others : { ...others, [name]: value });
  };
  const asAll = (words: string) => `as for everybody (${words})`;
  return (
    <>
      <Scopes
        allowed={organisation.scopes}
        value={rules.scopes ?? [...ALL_SCOPES]}
        change={(scopes) => set("scopes", scopes.length === ALL_SCOPES.length ? undefined : scopes)}
      />
      <div class="columns">
        <Choice
          label="Recording"
          testId="rule-recording"
          value={rules.recording ?? ""}
          options={[
            ["", asAll(recordingWords[organisation.recording])],
            ["off", "never"],
            ["required", "always, or no session"],
          ]}
          change={(r) => set("recording", r === "" || r === "optional" ? undefined : r)}
        />
        <Choice
          label="Four words to compare"
          testId="rule-words"
          value={rules.verifyWords === "required" ? "required" : ""}
          options={[
            ["", asAll(organisation.verifyWords)],
            ["required", "required before control"],
          ]}
          change={(v) => set("verifyWords", v === "" ? undefined : v)}
        />
        <Choice
          label="Second factor"
          testId="rule-factor"
          value={rules.secondFactor === "required" ? "required" : ""}
          options={[
            ["", asAll(organisation.secondFactor)],
            ["required", "required"],
          ]}
          change={(v) => set("secondFactor", v === "" ? undefined : v)}
        />
        <Minutes
          label="Longest session"
          testId="rule-longest"
          hint={`Empty: as for everybody (${spanWords(organisation.longestSession)}).`}
          value={rules.longestSession ?? 0}
          most={limits.longestSession}
          change={(seconds) => set("longestSession", seconds)}
        />
        <Minutes
          label="Ask again about control every"
          testId="rule-confirm"
          hint={`Empty: as for everybody (${spanWords(organisation.confirmEvery)}).`}
          value={rules.confirmEvery ?? 0}
          most={limits.confirmEvery}
          change={(seconds) => set("confirmEvery", seconds)}
        />
        <Minutes
          label="Sign out when idle for"
          testId="rule-idle"
          hint={`Empty: as for everybody (${spanWords(organisation.idle)}).`}
          value={rules.idle ?? 0}
          most={limits.idle}
          change={(seconds) => set("idle", seconds)}
        />
      </div>
      {(rules.recording ?? organisation.recording) !== "off" && (
        <GroupRecording organisation={organisation} rules={rules} set={set} />
      )}
      <Networks
        hint="Narrower than for everybody: an address has to be in both lists."
        value={rules.networks ?? []}
        change={(networks) => set("networks", networks.length === 0 ? undefined : networks)}
      />
    </>
  );
}

export const recordingWords: Readonly<Record<Rules["recording"], string>> = {
  off: "never",
  optional: "if it is asked for",
  required: "always",
};

interface ScopesProps {
  /** What can be chosen at all. */
  allowed: readonly Scope[];
  value: readonly Scope[];
  change: (v: Scope[]) => void;
}

function Scopes({ allowed, value, change }: ScopesProps) {
  return (
    <fieldset class="field checks two">
      <legend class="label">A technician may ask to</legend>
      {ALL_SCOPES.map((scope) => (
        <Check
          key={scope}
          testId={`scope-${scope}`}
          label={scopeLabels[scope]}
          // Every session can be seen.
          isDisabled={scope === "view" || !allowed.includes(scope)}
          isChecked={value.includes(scope) && allowed.includes(scope)}
          change={(isOn) =>
            change(ALL_SCOPES.filter((s) => (s === scope ? isOn : value.includes(s))))
          }
        />
      ))}
    </fieldset>
  );
}

interface MinutesProps {
  label: string;
  testId: string;
  hint?: ComponentChildren;
  isRequired?: boolean;
  /** In seconds; 0 shows an empty field. */
  value: number;
  /** In seconds. */
  most: number;
  change: (seconds: number | undefined) => void;
}

function Minutes({ label, testId, hint, isRequired = false, value, most, change }: MinutesProps) {
  return (
    <Field label={label} hint={hint}>
      {(ids) => (
        <span class="with-unit">
          <input
            {...ids}
            class="input"
            data-testid={testId}
            type="number"
            min={limits.least / 60}
            max={most / 60}
            step="any"
            required={isRequired}
            value={value === 0 ? "" : value / 60}
            onChange={(e) => {
              const minutes = e.currentTarget.valueAsNumber;
              change(Number.isFinite(minutes) ? Math.round(minutes * 60) : undefined);
            }}
          />
          <span class="soft">minutes</span>
        </span>
      )}
    </Field>
  );
}

interface NetworksProps {
  hint: string;
  value: readonly string[];
  change: (v: string[]) => void;
}

function Networks({ hint, value, change }: NetworksProps) {
  return (
    <Field label="Technicians may come from" hint={hint}>
      {(ids) => (
        <textarea
          {...ids}
          class="input area mono"
          data-testid="rule-networks"
          rows={Math.min(8, Math.max(2, value.length + 1))}
          spellcheck={false}
          placeholder="everywhere"
          defaultValue={value.join("\n")}
          onChange={(e) => change(e.currentTarget.value.split(/[\s,;]+/).filter(Boolean))}
        />
      )}
    </Field>
  );
}
