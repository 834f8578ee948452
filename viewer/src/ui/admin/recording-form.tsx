/** The rules of recordings, where there are any. */

import { limits } from "../../admin/policy.ts";
import type { GroupRules, Rules } from "../../admin/policy.ts";
import { Field } from "../parts.tsx";
import { Choice } from "./choice.tsx";

export const copyWords: Readonly<Record<Rules["recordingCopy"], string>> = {
  none: "none",
  summary: "what was done, in words",
  recording: "the recording, too",
};

export const slowWords: Readonly<Record<Rules["recordingSlow"], string>> = {
  shrink: "show fewer pictures",
  keep: "keep the picture",
};

const pauseWords = { yes: "yes, with a gap that everybody sees", no: "no" } as const;

interface OrganisationProps {
  rules: Rules;
  set: (part: GroupRules) => void;
}

export function OrganisationRecording({ rules, set }: OrganisationProps) {
  return (
    <fieldset class="field">
      <legend class="label">Recordings</legend>
      <div class="columns broad">
        <Choice
          label="The person may pause the recording"
          testId="rule-recording-pausable"
          value={rules.recordingPausable ? "yes" : "no"}
          options={[
            ["no", pauseWords.no],
            ["yes", pauseWords.yes],
          ]}
          change={(v) => set({ recordingPausable: v === "yes" })}
        />
        <Choice
          label="The person’s own copy"
          testId="rule-recording-copy"
          value={rules.recordingCopy}
          options={[
            ["none", copyWords.none],
            ["summary", copyWords.summary],
            ["recording", copyWords.recording],
          ]}
          change={(recordingCopy) => set({ recordingCopy })}
        />
        <Choice
          label="When the upload is slow"
          testId="rule-recording-slow"
          value={rules.recordingSlow}
          options={[
            ["shrink", slowWords.shrink],
            ["keep", slowWords.keep],
          ]}
          change={(recordingSlow) => set({ recordingSlow })}
        />
        <Days
          label="Keep recordings for"
          isRequired
          value={rules.retentionDays}
          change={(retentionDays) => retentionDays && set({ retentionDays })}
        />
      </div>
    </fieldset>
  );
}

interface GroupProps {
  organisation: Rules;
  rules: GroupRules;
  set: (name: keyof GroupRules, value: GroupRules[keyof GroupRules]) => void;
}

export function GroupRecording({ organisation, rules, set }: GroupProps) {
  const asAll = (words: string) => `as for everybody (${words})`;
  const { recordingCopy: copy, recordingSlow: slow } = organisation;
  return (
    <fieldset class="field">
      <legend class="label">Recordings</legend>
      <div class="columns broad">
        <Choice
          label="The person may pause the recording"
          testId="rule-recording-pausable"
          value={rules.recordingPausable === false ? "no" : ""}
          options={[
            ["", asAll(organisation.recordingPausable ? "yes" : "no")],
            ["no", pauseWords.no],
          ]}
          change={(v) => set("recordingPausable", v === "no" ? false : undefined)}
        />
        <Choice
          label="The person’s own copy"
          testId="rule-recording-copy"
          value={rules.recordingCopy === "recording" ? "" : (rules.recordingCopy ?? "")}
          options={[
            ["", asAll(copyWords[copy])],
            ["none", copyWords.none],
            ["summary", copyWords.summary],
          ]}
          change={(v) => set("recordingCopy", v === "" ? undefined : v)}
        />
        <Choice
          label="When the upload is slow"
          testId="rule-recording-slow"
          value={rules.recordingSlow === "keep" ? "keep" : ""}
          options={[
            ["", asAll(slowWords[slow])],
            ["keep", slowWords.keep],
          ]}
          change={(v) => set("recordingSlow", v === "" ? undefined : v)}
        />
        <Days
          label="Keep recordings for"
          hint={`Empty: as for everybody (${organisation.retentionDays} days). Longer or shorter, as you like.`}
          value={rules.retentionDays}
          change={(days) => set("retentionDays", days)}
        />
      </div>
    </fieldset>
  );
}

interface DaysProps {
  label: string;
  hint?: string;
  isRequired?: boolean;
  value: number | undefined;
  change: (days: number | undefined) => void;
}

function Days({ label, hint, isRequired = false, value, change }: DaysProps) {
  return (
    <Field label={label} hint={hint}>
      {(ids) => (
        <span class="with-unit">
          <input
            {...ids}
            class="input"
            data-testid="rule-retention"
            type="number"
            min={1}
            max={limits.retention}
            step={1}
            required={isRequired}
            value={value ?? ""}
            onChange={(e) => {
              const days = e.currentTarget.valueAsNumber;
              change(Number.isFinite(days) ? Math.round(days) : undefined);
            }}
          />
          <span class="soft">days</span>
        </span>
      )}
    </Field>
  );
}
