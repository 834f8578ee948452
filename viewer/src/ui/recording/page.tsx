/** One recording: why it is opened, then the player, and all that is known of it. */

import { useEffect, useMemo, useState } from "preact/hooks";
import { inEnglish } from "../../languages/text.ts";
import type { WorkerOpener } from "../../recording/opener.ts";
import { overview, RelaySource } from "../../recording/relay.ts";
import type { Overview } from "../../recording/relay.ts";
import { useLoad } from "../act.ts";
import { Loading, Time } from "../parts.tsx";
import { About } from "../recordings/about.tsx";
import { Refusal } from "../refusal.tsx";
import { hrefOf } from "../route.ts";
import { Ask } from "./opening.tsx";
import { PlayerView } from "./player.tsx";

interface RecordingPageProps {
  id: string;
  /** Where to begin, in milliseconds. */
  at?: number | undefined;
}

export function RecordingPage({ id, at }: RecordingPageProps) {
  const { value: about, refused, reload } = useLoad(() => overview(id), id);
  const [opener, setOpener] = useState<WorkerOpener>();
  const source = useMemo(() => new RelaySource(id), [id]);
  // The key goes with the page.
  useEffect(() => () => setOpener(undefined), [id]);
  useEffect(() => () => opener?.close(), [opener]);
  return (
    <div class={opener ? "page film-page" : "page"} data-testid="recording-page">
      <Refusal refused={refused} />
      {!about && !refused && <Loading />}
      {about && (
        <>
          <Head about={about} />
          {opener ? (
            <PlayerView
              t={inEnglish}
              source={source}
              opener={opener}
              overview={about}
              at={at}
              notes={about.notes}
              changed={reload}
            />
          ) : (
            <Ask overview={about} opened={setOpener} />
          )}
          <section class="panel wide flush film-about" aria-label="About this recording">
            <h2 class="spoken">About this recording</h2>
            <About key={String(opener !== undefined)} id={id} opener={opener} changed={reload} />
          </section>
        </>
      )}
    </div>
  );
}

function Head({ about: a }: { about: Overview }) {
  return (
    <header class="page-head">
      <p class="hint">
        <a class="film-back" href={hrefOf("recordings")} data-testid="all-recordings">
          All recordings
        </a>
      </p>
      <h1>
        <bdi>{a.technician || "A technician"}</bdi> on <bdi>{a.host || "a host"}</bdi>
        {a.isHeld && <span class="tag">on hold</span>}
        {a.isSealed && <span class="tag">sealed</span>}
        {a.state === "incomplete" && <span class="tag bad">incomplete</span>}
      </h1>
      <p class="soft">
        <Time at={a.begun} none="at an unknown time" />
        {a.organisation && (
          <>
            {" "}
            · <bdi>{a.organisation}</bdi>
          </>
        )}
        {a.ticket && (
          <>
            {" "}
            · <bdi>{a.ticket}</bdi>
          </>
        )}
      </p>
    </header>
  );
}
