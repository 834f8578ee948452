/** How far something long has come, and a way to stop it. */

import { sizeWords } from "./words.ts";

interface ProgressProps {
  /** What was done with what was read. */
  label: string;
  /** Bytes; undefined while nothing runs. */
  read: number | undefined;
  /** About how many there are; 0 when that is not known. */
  all: number;
  cancel: () => void;
}

export function Progress({ label, read, all, cancel }: ProgressProps) {
  if (read === undefined) return null;
  return (
    <div class="stack" data-testid="progress">
      <progress
        class="progress"
        aria-label={label}
        {...(all > 0 ? { max: all, value: Math.min(read, all) } : {})}
      />
      <div class="split-line">
        <span class="soft">
          {label}: {sizeWords(read)}
          {all > 0 && ` of about ${sizeWords(all)}`}
        </span>
        <button type="button" class="button quiet" data-testid="cancel" onClick={cancel}>
          Stop
        </button>
      </div>
    </div>
  );
}
