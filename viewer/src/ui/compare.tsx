/** The words to compare: a line of their own under the bar, then a shield in it. */

import type { Comparison } from "../protocol/message.ts";
import type { Live } from "../session/state.ts";
import { invitation, isOpen, shieldOf } from "../words/say.ts";
import type { Sureness } from "../words/say.ts";
import { CloseIcon, ShieldIcon, ShieldNoIcon, ShieldYesIcon } from "./icons.tsx";

interface CompareProps {
  state: Live;
  /** The technician wants to see them though they are answered. */
  isWanted: boolean;
  answer: (c: Comparison) => void;
  close: () => void;
}

/** The line, while there is something to compare. */
export function Compare({ state, isWanted, answer, close }: CompareProps) {
  const c = state.compared;
  if (c?.kind === "missing" || !(isOpen(c) || isWanted)) return null;
  const dismiss = () => {
    if (c?.mine === undefined) answer("dismissed");
    close();
  };
  if (!c) {
    return (
      <section class="compare" aria-busy="true" onMouseDown={(e) => e.preventDefault()}>
        <span class="compare-say">{invitation(state)}</span>
      </section>
    );
  }
  return (
    // A click here leaves the keyboard with the screen.
    <section class="compare" aria-label="Words to compare" onMouseDown={(e) => e.preventDefault()}>
      <span class="compare-say">{invitation(state)}</span>
      <strong class="compare-words" data-testid="verify-words">
        {c.words.join(" ")}
      </strong>
      <span class="compare-answers">
        {c.mine !== "same" && (
          <button
            type="button"
            class="button small"
            data-testid="words-same"
            onClick={() => answer("same")}
          >
            Same
          </button>
        )}
        <button
          type="button"
          class="button small differ"
          data-testid="words-different"
          title="End the session: somebody may be in between"
          onClick={() => answer("different")}
        >
          Different
        </button>
        <button
          type="button"
          class="tool"
          data-testid="words-dismiss"
          aria-label="Put the words away"
          title="Put the words away"
          onClick={dismiss}
        >
          <CloseIcon />
        </button>
      </span>
    </section>
  );
}

const icons: Record<Sureness, typeof ShieldIcon> = {
  open: ShieldIcon,
  sure: ShieldYesIcon,
  unsure: ShieldNoIcon,
};

/** The shield in the bar; a click shows the words again. */
export function Shield({ state, toggle }: { state: Live; toggle: () => void }) {
  const shield = shieldOf(state.compared);
  if (!shield || isOpen(state.compared)) return null;
  const Icon = icons[shield.sureness];
  return (
    <button
      type="button"
      class={`tool shield ${shield.sureness}`}
      data-testid="verify-shield"
      data-sureness={shield.sureness}
      aria-label={shield.detail}
      title={shield.detail}
      onMouseDown={(e) => e.preventDefault()}
      onClick={toggle}
    >
      <Icon />
      {shield.sureness === "unsure" && <span class="shield-label">Not verified</span>}
    </button>
  );
}
