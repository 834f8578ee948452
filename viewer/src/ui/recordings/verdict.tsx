/** What a verification has found, said plainly: also what it does not prove. */

import { verdictLine } from "../../recording/verdict.ts";
import type { Trail } from "../../recording/verify-trail.ts";
import type { Verdict } from "../../recording/verify.ts";
import { Time } from "../parts.tsx";

export interface Verified {
  verdict: Verdict;
  isLive: boolean;
  /** What the audit trail says; undefined when it could not be asked. */
  trail: Trail | undefined;
}

export function VerdictText({ verified }: { verified: Verified }) {
  const { verdict: v, isLive, trail } = verified;
  const doubts = doubtsOf(verified);
  const kind = v.fault ? "fault" : doubts.length > 0 ? "doubt" : "right";
  return (
    <div class="verdict" role="status" data-testid="verdict" data-verdict={kind}>
      <strong>{headOf(verified)}</strong>
      <p>{sentence(verdictLine(v))}</p>
      <ul>
        {v.fault && (
          <li>What comes after that is not judged. What comes before is as the host made it.</li>
        )}
        {v.received && (
          <li>
            The relay had the newest of these parts on <Time at={v.received} />, by its own clock.
          </li>
        )}
        {trail && trail.marks.length > 0 && !v.fault && (
          <li>
            The audit trail has{" "}
            {trail.marks.length === 1 ? "one mark" : `${trail.marks.length} marks`} of it, and all
            fit.
          </li>
        )}
        {isLive && !v.fault && <li>The session still runs: this is so far.</li>}
        {doubts.map((doubt) => (
          <li key={doubt}>{doubt}</li>
        ))}
      </ul>
    </div>
  );
}

function headOf({ verdict: v, isLive }: Verified): string {
  if (v.fault) return "Not as the host made it.";
  if (v.isComplete) return "Nothing is missing or altered.";
  return isLive
    ? "Nothing is missing or altered so far."
    : "Nothing is altered, but its end never came.";
}

function doubtsOf({ verdict: v, isLive, trail }: Verified): string[] {
  const doubts: string[] = [];
  if (v.fault) return doubts;
  if (!v.isComplete && !isLive) {
    doubts.push(
      trail?.ended && trail.ended.parts === v.parts
        ? "The host went away before the end; the audit trail says so too, and knows of no further part."
        : "Whether there was more cannot be told from the recording itself.",
    );
  }
  if (!trail || trail.marks.length === 0) {
    doubts.push(
      "The audit trail has no mark of it, so a recording that was replaced as a whole would not be noticed.",
    );
  }
  if (!v.received) {
    doubts.push("No receipt was checked: when the relay had it is not proven here.");
  }
  return doubts;
}

const sentence = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
