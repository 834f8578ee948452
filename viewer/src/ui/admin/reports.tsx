/** That people have reported somebody, said plainly wherever administrators see them. */

import { AlertIcon } from "../icons.tsx";
import { hrefOf } from "../route.ts";
import { reportWords } from "./words.ts";

/** A label beside a name. */
export function Reports({ count }: { count: number }) {
  if (count === 0) return null;
  return (
    <span class="tag bad" data-testid="reports">
      {reportWords(count)}
    </span>
  );
}

/** What that means, and where the rest stands. */
export function ReportsNote({ count }: { count: number }) {
  if (count === 0) return null;
  return (
    <p class="problem" data-testid="reports-note">
      <AlertIcon />
      <span>
        {count === 1 ? "Somebody" : `${count} times somebody`} whom they asked said in the last 90
        days: “I did not call anyone.” <a href={`${hrefOf("journal")}/reported`}>See the journal</a>
      </span>
    </p>
  );
}
