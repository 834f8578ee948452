/** The sessions that run now, with a button that ends each. */

import { useState } from "preact/hooks";
import { endSession, liveSessions } from "../../admin/sessions.ts";
import type { LiveSession } from "../../admin/sessions.ts";
import { useAct, useLoad } from "../act.ts";
import { Confirm, Empty, Loading, Time } from "../parts.tsx";
import { Refusal } from "../refusal.tsx";
import { Reports } from "./reports.tsx";
import { pathWords, scopeWords, stateWords } from "./words.ts";

const REFRESH_MS = 3_000;

export function Sessions() {
  const { value: all, refused, reload } = useLoad(liveSessions, "", REFRESH_MS);
  const [going, setGoing] = useState<LiveSession>();
  const act = useAct();
  const end = async (s: LiveSession) => {
    setGoing(undefined);
    if (await act.run(() => endSession(s.id))) await reload();
  };
  return (
    <div class="page" data-testid="sessions-page">
      <header class="page-head">
        <h1>Live sessions</h1>
        <p class="soft">What runs at this moment. Nobody can watch a session from here.</p>
      </header>
      <Refusal refused={refused} />
      <Refusal refused={act.refused} />
      {!all && !refused && <Loading />}
      {all && (
        <section class="panel wide flush" aria-label="Live sessions">
          {all.length === 0 && <Empty>No session runs.</Empty>}
          <ul class="rows">
            {all.map((s) => (
              <Row key={s.id} session={s} end={() => setGoing(s)} />
            ))}
          </ul>
        </section>
      )}
      {going && (
        <Confirm
          title="End this session?"
          act="End the session"
          confirm={() => void end(going)}
          cancel={() => setGoing(undefined)}
        >
          <p>
            <Pair session={going} />: both are told that an administrator ended it, and the
            connection closes at once.
          </p>
        </Confirm>
      )}
    </div>
  );
}

function Row({ session: s, end }: { session: LiveSession; end: () => void }) {
  const facts = [stateWords(s.state), scopeWords(s.scopes), pathWords(s.path)].filter(Boolean);
  return (
    <li class="row" data-testid="session-row">
      <div class="row-text">
        <span class="strong">
          <Pair session={s} />
          <Reports count={s.reports} />
        </span>
        <span class="soft">
          {facts.join(" · ")} · since <Time at={s.created} none="a moment ago" />
          {s.ticket && (
            <>
              {" "}
              · ticket <bdi>{s.ticket}</bdi>
            </>
          )}
        </span>
      </div>
      <button type="button" class="button danger" data-testid="end-session" onClick={end}>
        End
      </button>
    </li>
  );
}

function Pair({ session: s }: { session: LiveSession }) {
  return (
    <>
      <bdi>{s.technician || "A technician"}</bdi> on <bdi>{s.host || "a host"}</bdi>
    </>
  );
}
