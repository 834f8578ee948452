/** A recording, opened: its picture, its time, and what happened in it. */

import { useEffect, useId, useRef, useState } from "preact/hooks";
import type { Text } from "../../languages/text.ts";
import { Player } from "../../recording/player.ts";
import type { Extent } from "../../recording/outline.ts";
import type { Note, Overview } from "../../recording/relay.ts";
import { Tape } from "../../recording/tape.ts";
import type { Opener } from "../../recording/opener.ts";
import type { Source } from "../../recording/stretch.ts";
import { AlertIcon } from "../icons.tsx";
import { Controls } from "./controls.tsx";
import { Events } from "./events.tsx";
import { KeyList, useKeys } from "./keys.tsx";
import { Notes } from "./notes.tsx";
import { Picture, useFullScreen, useScreen } from "./picture.tsx";
import type { Film, Screen } from "./picture.tsx";
import { Timeline } from "./timeline.tsx";
import { span } from "./measures.ts";

interface PlayerViewProps {
  t: Text;
  source: Source;
  opener: Opener;
  overview: Extent & Pick<Overview, "id" | "host" | "state">;
  /** Where to begin, in milliseconds. */
  at?: number | undefined;
  notes?: readonly Note[];
  /** The notes are others now; without it, there are none. */
  changed?: () => Promise<void>;
}

export function PlayerView(props: PlayerViewProps) {
  const screen = useScreen();
  const player = useFilm(props, screen);
  return player ? <Open {...props} player={player} screen={screen} /> : null;
}

/** The player, which goes when the page does, and the recording's key with it. */
function useFilm({ source, opener, overview, at }: PlayerViewProps, screen: Screen) {
  const [player, setPlayer] = useState<Film>();
  useEffect(() => {
    const made = new Player<VideoFrame>({
      tape: new Tape(source, opener, overview),
      decoder: (output, error) => new VideoDecoder({ output, error }),
      chunk: (init) => new EncodedVideoChunk(init),
      isLive: overview.state === "live",
      draw: screen.draw,
      nextDrawing: (draw) => {
        const asked = requestAnimationFrame(draw);
        return () => cancelAnimationFrame(asked);
      },
      now: () => performance.now(),
    });
    setPlayer(made);
    return () => made.close();
  }, [overview.id]);
  // Who comes to a session that runs wants to see it run.
  useEffect(() => {
    void player?.start(at);
    if (player?.following.isLive.value && at === undefined) player.follow();
  }, [player]);
  return player;
}

interface OpenProps extends PlayerViewProps {
  player: Film;
  screen: Screen;
}

function Open({ t, player, screen, overview, notes = [], changed }: OpenProps) {
  const room = useRef<HTMLElement>(null);
  const [isHelp, setHelp] = useState(false);
  const full = useFullScreen(room);
  const help = () => setHelp(true);
  useKeys(player, { help, full: full.toggle });
  return (
    <section ref={room} class="film" data-testid="player" aria-label={t("film.player")}>
      <div class="film-main">
        <Picture t={t} player={player} screen={screen} name={overview.host || t("film.host")} />
        <Problem t={t} player={player} />
        <Timeline t={t} player={player} notes={notes} />
        <Controls t={t} player={player} help={help} full={full.toggle} />
      </div>
      <Side t={t} player={player} id={overview.id} notes={notes} changed={changed} />
      {isHelp && <KeyList t={t} close={() => setHelp(false)} />}
    </section>
  );
}

/** What is in the way, and what was skipped. */
function Problem({ t, player }: { t: Text; player: Film }) {
  const problem = player.problem.value;
  const skipped = player.skipping.skipped.value;
  return (
    <div class="film-said" role="status">
      {problem?.kind === "away" && (
        <p class="problem">
          <AlertIcon />
          <span>{t("film.away")}</span>
          <button
            type="button"
            class="button small"
            onClick={() => player.seek(player.position.value)}
          >
            {t("film.again")}
          </button>
        </p>
      )}
      {problem?.kind === "damaged" && (
        <p class="problem" data-testid="player-damaged">
          <AlertIcon />
          <span>
            {t("film.damaged", { part: String(problem.part) })}{" "}
            <span class="soft" lang="en">
              ({problem.why})
            </span>
          </span>
        </p>
      )}
      {!problem && skipped !== undefined && (
        <p class="soft" data-testid="player-skipped">
          {t("film.skipped", { time: span(t, skipped) })}
        </p>
      )}
    </div>
  );
}

const tabs = ["chapters", "events", "notes"] as const;
type Tab = (typeof tabs)[number];

interface SideProps {
  t: Text;
  player: Film;
  id: string;
  notes: readonly Note[];
  changed: (() => Promise<void>) | undefined;
}

function Side({ t, player, id, notes, changed }: SideProps) {
  const [tab, setTab] = useState<Tab>("chapters");
  const own = useId();
  const shown = tabs.filter((name) => name !== "notes" || changed);
  const go = (e: KeyboardEvent, by: number) => {
    e.preventDefault();
    const next = shown[(shown.indexOf(tab) + by + shown.length) % shown.length] ?? tab;
    setTab(next);
    document.getElementById(`${own}-${next}`)?.focus();
  };
  return (
    <aside class="film-side">
      <div class="views" role="tablist" aria-label={t("film.happened")}>
        {shown.map((name) => (
          <button
            key={name}
            id={`${own}-${name}`}
            type="button"
            class="view"
            role="tab"
            data-testid={`tab-${name}`}
            aria-selected={tab === name}
            aria-controls={`${own}-panel`}
            tabIndex={tab === name ? 0 : -1}
            onClick={() => setTab(name)}
            onKeyDown={(e) => {
              if (e.key === "ArrowRight") go(e, 1);
              if (e.key === "ArrowLeft") go(e, -1);
            }}
          >
            {t(`film.${name}`)}
            {name === "notes" && notes.length > 0 && <span class="tag">{notes.length}</span>}
          </button>
        ))}
      </div>
      <div id={`${own}-panel`} class="film-panel" role="tabpanel" aria-labelledby={`${own}-${tab}`}>
        {tab === "notes" && changed ? (
          <Notes id={id} player={player} notes={notes} changed={changed} />
        ) : (
          <Events key={tab} t={t} player={player} isChapters={tab === "chapters"} />
        )}
      </div>
    </aside>
  );
}
