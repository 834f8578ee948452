/** What happened, as a list that follows the picture. A click goes there. */

import { useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Text } from "../../languages/text.ts";
import { after } from "../../recording/story.ts";
import { Empty } from "../parts.tsx";
import type { Film } from "./picture.tsx";
import { clock } from "./measures.ts";
import { told } from "./words.ts";
import type { Told } from "./words.ts";

/** The height of a row, as the style sheet has it: only the rows in sight are made. */
const ROW = 32;
const SPARE = 8;
/** How long the list stays where somebody has moved it. */
const STAY_MS = 4000;

interface EventsProps {
  t: Text;
  player: Film;
  isChapters: boolean;
}

export function Events({ t, player, isChapters }: EventsProps) {
  const [wanted, setWanted] = useState("");
  const all = player.known.events.value;
  const rows = useMemo(() => told(t, all), [t, all]);
  const found = useMemo(() => {
    const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
    const has = (row: Told) => words.every((word) => row.text.toLowerCase().includes(word));
    return rows.filter((row) => (isChapters ? row.isChapter : true) && has(row));
  }, [rows, wanted, isChapters]);
  const label = t(isChapters ? "film.chapters.search" : "film.events.search");
  return (
    <div class="film-events">
      <input
        class="input"
        type="search"
        placeholder={label}
        aria-label={label}
        data-testid="player-search"
        value={wanted}
        onInput={(e) => setWanted(e.currentTarget.value)}
      />
      <Found t={t} player={player} rows={found} isAll={wanted === ""} />
      {player.known.read.value < 1 && <p class="hint soft">{t("film.reading")}</p>}
    </div>
  );
}

interface FoundProps {
  t: Text;
  player: Film;
  rows: readonly Told[];
  isAll: boolean;
}

function Found({ t, player, rows, isAll }: FoundProps) {
  const list = useRef<HTMLDivElement>(null);
  const top = useSignal(0);
  const moved = useRef(-STAY_MS);
  const room = useSignal(480);
  const now = after(rows, player.position.value) - 1;
  useLayoutEffect(() => {
    const box = list.current;
    if (!box) return undefined;
    const look = () => (room.value = box.clientHeight);
    const observer = new ResizeObserver(look);
    observer.observe(box);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    const box = list.current;
    if (!box || performance.now() - moved.current < STAY_MS) return;
    const at = Math.max(0, now) * ROW;
    const isIn = at >= box.scrollTop && at + ROW <= box.scrollTop + box.clientHeight;
    if (!isIn) box.scrollTop = at - box.clientHeight / 3;
  }, [now, rows]);
  if (rows.length === 0) return <Empty>{t(isAll ? "film.none" : "film.none.found")}</Empty>;
  const first = Math.max(0, Math.floor(top.value / ROW) - SPARE);
  const last = Math.min(rows.length, Math.ceil((top.value + room.value) / ROW) + SPARE);
  const hold = () => (moved.current = performance.now());
  return (
    <div
      ref={list}
      class="film-list"
      data-testid="player-events"
      tabIndex={-1}
      onScroll={(e) => (top.value = e.currentTarget.scrollTop)}
      onWheel={hold}
      onTouchMove={hold}
      onPointerDown={hold}
    >
      <ol style={{ height: `${rows.length * ROW}px` }}>
        {rows.slice(first, last).map((row, n) => (
          <li key={first + n} style={{ top: `${(first + n) * ROW}px` }}>
            <button
              type="button"
              class={`film-event ${row.kind}`}
              aria-current={first + n === now ? "time" : undefined}
              title={row.text}
              onClick={() => player.seek(row.t)}
            >
              <span class="film-event-time">{clock(row.t)}</span>
              <bdi>{row.text}</bdi>
            </button>
          </li>
        ))}
      </ol>
    </div>
  );
}
