/** Browsers that are signed in as this person. */

import { useState } from "preact/hooks";
import { endOtherSignIns, endSignIn } from "../../account/own.ts";
import type { SignIn } from "../../account/own.ts";
import { useAct } from "../act.ts";
import { Confirm, Time } from "../parts.tsx";
import { Refusal } from "../refusal.tsx";

interface SignInsProps {
  all: SignIn[];
  changed: () => Promise<void>;
}

export function SignIns({ all, changed }: SignInsProps) {
  const [going, setGoing] = useState<SignIn | "others">();
  const act = useAct();
  const others = all.filter((s) => !s.current).length;
  const end = async (what: SignIn | "others") => {
    setGoing(undefined);
    const isDone = await act.run(() =>
      what === "others" ? endOtherSignIns() : endSignIn(what.id),
    );
    if (isDone) await changed();
  };
  return (
    <section class="panel wide" aria-labelledby="sign-ins-title" data-testid="sign-ins">
      <div class="part-head">
        <div>
          <h2 id="sign-ins-title">Signed in</h2>
          <p class="soft">
            Browsers in which you are signed in. Ending one ends its live session too.
          </p>
        </div>
        {others > 0 && (
          <button
            type="button"
            class="button"
            data-testid="end-others"
            onClick={() => setGoing("others")}
          >
            End all others
          </button>
        )}
      </div>
      <Refusal refused={act.refused} />
      <ul class="rows">
        {all.map((s) => (
          <li class="row" key={s.id} data-testid="sign-in-row">
            <div class="row-text">
              <span>
                <bdi class="strong">{s.browser || "Unknown browser"}</bdi>
                {s.current && <span class="tag">this one</span>}
              </span>
              <span class="soft">
                {s.address && (
                  <>
                    from <bdi>{s.address}</bdi> ·{" "}
                  </>
                )}
                since <Time at={s.created} none="unknown" /> · used <Time at={s.used} />
              </span>
            </div>
            {!s.current && (
              <button
                type="button"
                class="button quiet"
                aria-label={`End the sign-in in ${s.browser}`}
                data-testid="end-sign-in"
                onClick={() => setGoing(s)}
              >
                End
              </button>
            )}
          </li>
        ))}
      </ul>
      {going && (
        <Confirm
          title={going === "others" ? "End all other sign-ins?" : "End this sign-in?"}
          act={going === "others" ? "End all others" : "End"}
          confirm={() => void end(going)}
          cancel={() => setGoing(undefined)}
        >
          <p>
            {going === "others"
              ? `${others === 1 ? "One browser is" : `${others} browsers are`} signed out at once. A session that runs there ends.`
              : "That browser is signed out at once. A session that runs there ends."}
          </p>
        </Confirm>
      )}
    </section>
  );
}
