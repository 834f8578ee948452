/** What lies over the picture while there is none, or none that is current. */

import { useEffect, useState } from "preact/hooks";
import { isPaused } from "../session/state.ts";
import type { Cause, Live } from "../session/state.ts";
import { wordsOf } from "../words.ts";
import { PauseIcon } from "./icons.tsx";
import { connectionWords, isYielding } from "./status.ts";

export function Veil({ state }: { state: Live }) {
  if (state.stage !== "active") {
    const { label, detail } = connectionWords(state);
    return <Note title={label} detail={detail} isOverPicture={state.hasPicture} />;
  }
  if (isPaused(state)) {
    return (
      <div class="veil blank" data-testid="paused">
        <div class="veil-note">
          <span class="veil-icon">
            <PauseIcon />
          </span>
          <strong>The person has paused the session</strong>
          <p>
            You see nothing, and nothing that you do has an effect, until they go on. You can write
            to them meanwhile.
          </p>
        </div>
      </div>
    );
  }
  if (!state.hasPicture) {
    return <Note title="Waiting for the picture…" detail="" isOverPicture={false} />;
  }
  return (
    <>
      {state.problem && <Passing problem={state.problem} />}
      <Yielding isOn={isYielding(state)} />
    </>
  );
}

/** Says that the person's own input wins, for as long as it does. The place of it is always there:
 * screen readers say what changes in it. */
function Yielding({ isOn }: { isOn: boolean }) {
  return (
    <div class={isOn ? "yielding" : ""} role="status" data-testid="yielding">
      {isOn && "They are using the mouse"}
    </div>
  );
}

function Note(props: { title: string; detail: string; isOverPicture: boolean }) {
  return (
    <div class={props.isOverPicture ? "veil dim" : "veil blank"} data-testid="veil">
      <div class="veil-note">
        <span class="spinner" />
        <strong>{props.title}</strong>
        {props.detail && <p>{props.detail}</p>}
      </div>
    </div>
  );
}

const PASSING_MS = 8000;

/** A problem that ended nothing: said for a while, at the edge. */
function Passing({ problem }: { problem: Cause }) {
  const [isShown, setShown] = useState(true);
  useEffect(() => {
    setShown(true);
    const timer = setTimeout(() => setShown(false), PASSING_MS);
    return () => clearTimeout(timer);
  }, [problem]);
  if (!isShown) return null;
  const { what, todo } = wordsOf(problem);
  return (
    <div class="passing" role="alert">
      <strong>{what}</strong> {todo}
    </div>
  );
}
