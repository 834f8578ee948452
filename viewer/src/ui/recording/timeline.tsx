/** The line of a recording's time: where one is, where something happens, where something is missing. */

import { useSignal } from "@preact/signals";
import { useMemo, useRef } from "preact/hooks";
import type { Text } from "../../languages/text.ts";
import type { Note } from "../../recording/relay.ts";
import type { Span } from "../../recording/story.ts";
import type { Film } from "./picture.tsx";
import { clock, span } from "./measures.ts";
import { gapWords, told } from "./words.ts";

/** Milliseconds that an arrow key goes. */
const STEP = 5000;

interface TimelineProps {
  t: Text;
  player: Film;
  notes: readonly Note[];
}

export function Timeline({ t, player, notes }: TimelineProps) {
  const line = useRef<HTMLDivElement>(null);
  const hover = useSignal<number | undefined>(undefined);
  const wasPlaying = useRef(false);
  const length = Math.max(1, player.known.length.value);
  const timeAt = (e: PointerEvent) => {
    const box = line.current?.getBoundingClientRect();
    if (!box) return 0;
    return Math.min(1, Math.max(0, (e.clientX - box.x) / box.width)) * length;
  };
  const grab = (e: PointerEvent) => {
    if (e.button !== 0) return;
    line.current?.setPointerCapture(e.pointerId);
    wasPlaying.current = player.isPlaying.value;
    player.pause();
    player.seek(timeAt(e));
  };
  const move = (e: PointerEvent) => {
    hover.value = timeAt(e);
    if (line.current?.hasPointerCapture(e.pointerId)) player.seek(timeAt(e));
  };
  const drop = (e: PointerEvent) => {
    if (!line.current?.hasPointerCapture(e.pointerId)) return;
    line.current.releasePointerCapture(e.pointerId);
    if (wasPlaying.current) player.play();
  };
  const position = player.position.value;
  return (
    <div class="film-line">
      <div
        ref={line}
        class="film-slider"
        data-testid="player-timeline"
        role="slider"
        tabIndex={0}
        aria-label={t("film.time")}
        aria-valuemin={0}
        aria-valuemax={Math.round(length / 1000)}
        aria-valuenow={Math.round(position / 1000)}
        aria-valuetext={t("film.time.of", { time: clock(position), length: clock(length) })}
        onPointerDown={grab}
        onPointerMove={move}
        onPointerUp={drop}
        onPointerCancel={drop}
        onPointerLeave={() => (hover.value = undefined)}
        onKeyDown={(e) => {
          if (e.key === "ArrowUp") player.skip(STEP);
          else if (e.key === "ArrowDown") player.skip(-STEP);
          else if (e.key === "PageUp") player.skip(60_000);
          else if (e.key === "PageDown") player.skip(-60_000);
          else return;
          e.preventDefault();
        }}
      >
        <Heat player={player} />
        <Marks t={t} player={player} notes={notes} />
        <span class="film-played" style={{ width: `${(100 * position) / length}%` }} />
        <span class="film-head" style={{ left: `${(100 * position) / length}%` }} />
        {hover.value !== undefined && (
          <span class="film-hover" style={{ left: `${(100 * hover.value) / length}%` }}>
            {clock(hover.value)}
          </span>
        )}
      </div>
    </div>
  );
}

/** How much happens, as hills. */
function Heat({ player }: { player: Film }) {
  const heat = player.known.heat.value;
  const path = useMemo(() => {
    const hills = heat.map((h, n) => `L${n} ${(1 - h).toFixed(3)}L${n + 1} ${(1 - h).toFixed(3)}`);
    return `M0 1${hills.join("")}L${heat.length} 1Z`;
  }, [heat]);
  if (heat.length === 0) return null;
  return (
    <svg
      class="film-heat"
      viewBox={`0 0 ${heat.length} 1`}
      preserveAspectRatio="none"
      aria-hidden="true"
      data-testid="player-heat"
    >
      <path d={path} />
    </svg>
  );
}

/** Rests, gaps, chapters and notes at their places. */
function Marks({ t, player, notes }: TimelineProps) {
  const length = Math.max(1, player.known.length.value);
  const events = player.known.events.value;
  const chapters = useMemo(() => told(t, events).filter(({ isChapter }) => isChapter), [t, events]);
  const at = (time: number) => ({ left: `${(100 * time) / length}%` });
  const over = ({ from, to }: Span) => ({ ...at(from), width: `${(100 * (to - from)) / length}%` });
  return (
    <>
      {player.known.rests.value.map((rest) => (
        <span
          key={rest.from}
          class="film-rest"
          style={over(rest)}
          title={t("film.rest", { time: span(t, rest.to - rest.from) })}
        />
      ))}
      {player.known.gaps.value.map((gap) => {
        const { what, why } = gapWords(t, gap);
        return <span key={gap.from} class="film-gap" style={over(gap)} title={`${what}, ${why}`} />;
      })}
      {chapters.map((one, n) => (
        <span
          key={n}
          class={`film-chapter ${one.kind}`}
          style={at(one.t)}
          title={`${clock(one.t)} ${one.text}`}
        />
      ))}
      {notes.map((note) => (
        <span
          key={note.id}
          class="film-note"
          style={at(note.at)}
          title={`${clock(note.at)} ${note.text}`}
        />
      ))}
    </>
  );
}
