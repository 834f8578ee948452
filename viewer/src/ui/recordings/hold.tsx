/** Whether a recording is kept beyond its day. */

import { useState } from "preact/hooks";
import { hold } from "../../recordings/one.ts";
import type { Details } from "../../recordings/one.ts";
import { useAct } from "../act.ts";
import { Time } from "../parts.tsx";
import { Reason } from "./reason.tsx";

interface HoldControlProps {
  details: Details;
  changed: () => Promise<void>;
}

export function HoldControl({ details: d, changed }: HoldControlProps) {
  const [isAsking, setAsking] = useState(false);
  const act = useAct();
  const isOn = d.hold !== undefined;
  const give = async (reason: string) => {
    if (!(await act.run(() => hold(d.id, !isOn, reason)))) return;
    setAsking(false);
    await changed();
  };
  return (
    <div class="part">
      <div class="part-head">
        <div>
          <h2>Legal hold</h2>
          <p class="soft" data-testid="hold-state">
            {d.hold ? (
              <>
                Held since <Time at={d.hold.since} none="some time" />
                {d.hold.by && (
                  <>
                    {" "}
                    by <bdi>{d.hold.by}</bdi>
                  </>
                )}
                : <bdi>{d.hold.reason}</bdi>. It is not deleted until that ends.
              </>
            ) : (
              "Not held. While it is, it is not deleted, whatever its day."
            )}
          </p>
        </div>
        <button
          type="button"
          class="button"
          data-testid={isOn ? "hold-off" : "hold-on"}
          onClick={() => setAsking(true)}
        >
          {isOn ? "End the hold" : "Hold"}
        </button>
      </div>
      {isAsking && (
        <Reason
          title={isOn ? "End the hold?" : "Hold this recording?"}
          label={isOn ? "End the hold" : "Hold it"}
          act={act}
          give={(reason) => void give(reason)}
          close={() => {
            act.forget();
            setAsking(false);
          }}
        >
          <p class="soft">
            {isOn
              ? "It is deleted on its day again; at once, if that day has passed."
              : "It is kept until somebody ends the hold."}
          </p>
        </Reason>
      )}
    </div>
  );
}
