/** The line of a recording's time: where one is, where something happens, where something is missing. */

import { useSignal } from "@preact/signals";
import { useMemo, useRef } from "preact/hooks";
import type { Note } from "../../recording/relay.ts";
import type { Span } from "../../recording/story.ts";
import type { Film } from "./picture.tsx";
import { clock, gapWords, span, told } from "./words.ts";

/** Milliseconds that an arrow key goes. */
const STEP = 5000;

export function Timeline({ player, notes }: { player: Film; notes: readonly Note[] }) {
  const line = useRef<HTMLDivElement>(null);
  const hover = useSignal<number | undefined>(undefined);
  const wasPlaying = useRef(false);
  const length = Math.max(1, player.length.value);
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
        aria-label="Time"
        aria-valuemin={0}
        aria-valuemax={Math.round(length / 1000)}
        aria-valuenow={Math.round(position / 1000)}
        aria-valuetext={`${clock(position)} of ${clock(length)}`}
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
        <Marks player={player} notes={notes} />
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
  const heat = player.heat.value;
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
function Marks({ player, notes }: { player: Film; notes: readonly Note[] }) {
  const length = Math.max(1, player.length.value);
  const events = player.events.value;
  const chapters = useMemo(() => told(events).filter(({ isChapter }) => isChapter), [events]);
  const at = (t: number) => ({ left: `${(100 * t) / length}%` });
  const over = ({ from, to }: Span) => ({ ...at(from), width: `${(100 * (to - from)) / length}%` });
  return (
    <>
      {player.rests.value.map((rest) => (
        <span
          key={rest.from}
          class="film-rest"
          style={over(rest)}
          title={`Nothing happens, ${span(rest.to - rest.from)}`}
        />
      ))}
      {player.gaps.value.map((gap) => {
        const { what, why } = gapWords(gap);
        return <span key={gap.from} class="film-gap" style={over(gap)} title={`${what}, ${why}`} />;
      })}
      {chapters.map(({ t, kind, text }, n) => (
        <span key={n} class={`film-chapter ${kind}`} style={at(t)} title={`${clock(t)} ${text}`} />
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
