/** Some recordings that nobody has viewed yet, drawn by chance and risk. */

import { useState } from "preact/hooks";
import { sample } from "../../recordings/list.ts";
import { useLoad } from "../act.ts";
import { Empty, Loading } from "../parts.tsx";
import { Refusal } from "../refusal.tsx";
import { Rows } from "./rows.tsx";
import { riskWords } from "./words.ts";

const COUNT = 5;

export function Sample() {
  const [draw, setDraw] = useState(0);
  const { value: sampled, refused } = useLoad(() => sample(COUNT), String(draw));
  return (
    <>
      <div class="split-line">
        <p class="soft" data-testid="sample-about">
          {sampled && sampled.of > 0
            ? `Drawn from ${sampled.of} of the last 30 days that nobody has viewed. What is riskier is drawn more often, and everything can be.`
            : "What is riskier is drawn more often, and everything can be."}
        </p>
        <button
          type="button"
          class="button"
          data-testid="draw-again"
          onClick={() => setDraw(draw + 1)}
        >
          Draw again
        </button>
      </div>
      <Refusal refused={refused} />
      {!sampled && !refused && <Loading />}
      {sampled?.drawn.length === 0 && (
        <section class="panel wide flush">
          <Empty>Every recording of the last 30 days has been viewed, or there is none.</Empty>
        </section>
      )}
      {sampled && sampled.drawn.length > 0 && (
        <Rows
          all={sampled.drawn}
          // Drawing anew would take away what is being reviewed.
          changed={async () => {}}
          more={(r) => (
            <span class="found">
              <span class="soft">drawn for:</span> {riskWords(r.why)}
            </span>
          )}
        />
      )}
    </>
  );
}
