/** How much room recordings take, and how much is left. */

import { fullness } from "../../recordings/storage.ts";
import type { StorageFigures } from "../../recordings/storage.ts";
import { AlertIcon } from "../icons.tsx";
import { sizeWords } from "./words.ts";

const states: Readonly<Record<StorageFigures["state"], string>> = {
  ok: "",
  low: "Room for recordings is getting short: from 90% on, none can begin.",
  full: "Full: no recorded session can begin until there is room.",
};

export function Room({ figures: f }: { figures: StorageFigures }) {
  const part = Math.round(fullness(f) * 100);
  const isKnown = f.quota > 0 || f.total > 0;
  return (
    <section
      class="panel wide"
      aria-labelledby="room-title"
      data-testid="room"
      data-state={f.state}
    >
      <h2 id="room-title">Room</h2>
      {isKnown && (
        <meter
          class="meter"
          min={0}
          max={100}
          low={80}
          high={90}
          value={part}
          aria-label="Room that is used"
        >
          {part}%
        </meter>
      )}
      <dl class="sees">
        <dt>Recordings</dt>
        <dd>
          {countWords(f.recordings)}, {sizeWords(f.bytes)}
          {f.live > 0 && `, ${f.live} live`}
        </dd>
        <dt>Limit</dt>
        <dd>{f.quota > 0 ? sizeWords(f.quota) : "none but the disk’s"}</dd>
        {f.total > 0 && (
          <>
            <dt>Free on the disk</dt>
            <dd>
              {sizeWords(f.free)} of {sizeWords(f.total)}
            </dd>
          </>
        )}
      </dl>
      {warningsOf(f).map((text) => (
        <p class={f.state === "full" ? "problem" : "note short"} key={text} role="status">
          {f.state === "full" && <AlertIcon />}
          <span>{text}</span>
        </p>
      ))}
    </section>
  );
}

/** What the relay warns of; in words of this page where it only says how it stands. */
function warningsOf(f: StorageFigures): string[] {
  return f.warnings.length > 0 ? f.warnings : [states[f.state]].filter(Boolean);
}

function countWords(n: number): string {
  return n === 1 ? "1 recording" : `${n.toLocaleString()} recordings`;
}
