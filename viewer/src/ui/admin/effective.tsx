/** What holds for a group in the end. */

import { effective } from "../../admin/policy.ts";
import type { GroupRules, Rules } from "../../admin/policy.ts";
import { copyWords, slowWords } from "./recording-form.tsx";
import { recordingWords } from "./rules-form.tsx";
import { scopeWords, spanWords } from "./words.ts";

export function Effective({ organisation, group }: { organisation: Rules; group: GroupRules }) {
  const rules = effective(organisation, group);
  const facts: [string, string][] = [
    ["May ask for", scopeWords(rules.scopes)],
    ["Recording", recordingWords[rules.recording]],
    ...(rules.recording === "off" ? [] : recordingFacts(rules)),
    ["Longest session", spanWords(rules.longestSession)],
    ["Control asked again every", spanWords(rules.confirmEvery)],
    ["Signed out when idle for", spanWords(rules.idle)],
    ["Four words", rules.verifyWords],
    ["Second factor", rules.secondFactor],
    ["From", networkWords(organisation.networks, group.networks ?? [])],
  ];
  return (
    <details class="effective" open>
      <summary>What holds for this group in the end</summary>
      <dl class="sees" data-testid="effective">
        {facts.map(([name, value]) => (
          <>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </>
        ))}
      </dl>
    </details>
  );
}

function recordingFacts(rules: Rules): [string, string][] {
  return [
    ["The person may pause it", rules.recordingPausable ? "yes" : "no"],
    ["The person’s own copy", copyWords[rules.recordingCopy]],
    ["When the upload is slow", slowWords[rules.recordingSlow]],
    ["Recordings are kept for", `${rules.retentionDays} days`],
  ];
}

function networkWords(all: readonly string[], group: readonly string[]): string {
  if (all.length === 0 && group.length === 0) return "everywhere";
  if (all.length === 0 || group.length === 0) return [...all, ...group].join(", ");
  return `${group.join(", ")} as far as within ${all.join(", ")}`;
}
