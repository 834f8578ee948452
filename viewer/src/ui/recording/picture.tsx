/** The picture of a recording, with the pointer and the clicks over it. */

import { useSignal } from "@preact/signals";
import type { Signal } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Event } from "../../recording/event.ts";
import type { Player } from "../../recording/player.ts";
import type { Text } from "../../languages/text.ts";
import { after, lastOf } from "../../recording/story.ts";
import { gapWords } from "./words.ts";

export type Film = Player<VideoFrame>;

/** How long a click is seen, in milliseconds of the recording. */
const CLICK_MS = 700;

/** What is drawn on, and its size. */
export interface Screen {
  canvas: RefObject<HTMLCanvasElement | null>;
  size: Signal<{ width: number; height: number } | undefined>;
  draw: (frame: VideoFrame | undefined) => void;
}

/** A canvas for the pictures of a player. */
export function useScreen(): Screen {
  const canvas = useRef<HTMLCanvasElement>(null);
  const size = useSignal<{ width: number; height: number } | undefined>(undefined);
  const draw = (frame: VideoFrame | undefined) => {
    const to = canvas.current;
    if (!to) return;
    if (!frame) {
      size.value = undefined;
      return;
    }
    const { displayWidth: width, displayHeight: height } = frame;
    if (to.width !== width || to.height !== height) Object.assign(to, { width, height });
    to.getContext("2d", { alpha: false })?.drawImage(frame, 0, 0, width, height);
    to.dataset["time"] = String(frame.timestamp / 1000);
    if (size.value?.width !== width || size.value.height !== height) size.value = { width, height };
  };
  return { canvas, size, draw };
}

interface PictureProps {
  t: Text;
  player: Film;
  screen: Screen;
  /** Of the host. */
  name: string;
}

export function Picture({ t, player, screen, name }: PictureProps) {
  const size = screen.size.value;
  const { width, height } = size ?? { width: 16, height: 9 };
  return (
    <div class="film-room">
      <div class="film-picture" style={{ "--ratio": `${width / height}` }}>
        <canvas
          ref={screen.canvas}
          data-testid="player-picture"
          role="img"
          aria-label={t("film.picture", { name })}
          hidden={!size}
        />
        <Hands player={player} size={{ width, height }} />
      </div>
      <Cover t={t} player={player} isEmpty={!size} />
    </div>
  );
}

/** What lies over the picture where there is none. */
function Cover({ t, player, isEmpty }: { t: Text; player: Film; isEmpty: boolean }) {
  const time = player.position.value;
  const end = player.known.length.value; // of a pause that goes on
  const gap = player.known.gaps.value.find(
    ({ from, to }) => from <= time && (time < to || to === end),
  );
  if (gap) {
    const { what, why } = gapWords(t, gap);
    return (
      <p class="film-cover" data-testid="player-gap">
        <strong>{what}</strong>
        <span>{why}</span>
      </p>
    );
  }
  if (player.isWaiting.value) {
    return (
      <p class="film-waiting">
        <span class="spinner" /> {t("film.loading")}
      </p>
    );
  }
  if (isEmpty) return <p class="film-cover">{t("film.empty")}</p>;
  return null;
}

/** The pointer and the last clicks, in the pixels of the host's screen. */
function Hands({ player, size }: { player: Film; size: { width: number; height: number } }) {
  const events = player.known.events.value;
  const time = player.position.value;
  void player.opened.value; // where the pointer is comes with the parts
  const on = lastOf(events, "screen", time) ?? size;
  const pointer = player.pointer;
  const at = ({ x, y }: { x: number; y: number }) => ({
    left: `${(100 * x) / Math.max(1, on.width)}%`,
    top: `${(100 * y) / Math.max(1, on.height)}%`,
  });
  return (
    <div class="film-hands" aria-hidden="true">
      {clicksAt(events, time).map((click) => (
        <span key={click.t} class={`film-click ${click.by}`} style={at(click)} />
      ))}
      {pointer && (
        <svg
          class={`film-pointer ${pointer.by}`}
          data-testid="player-pointer"
          style={at(pointer)}
          viewBox="0 0 16 16"
          width="20"
          height="20"
        >
          <path d="M1 1v12l3.4-3 2.2 4.8 2-1-2.2-4.6L11 9Z" />
        </svg>
      )}
    </div>
  );
}

function clicksAt(events: readonly Event[], time: number) {
  const clicks: Extract<Event, { type: "click" }>[] = [];
  for (let n = after(events, time) - 1; n >= 0; n--) {
    const e = events[n];
    if (!e || e.t < time - CLICK_MS) break;
    if (e.type === "click") clicks.push(e);
  }
  return clicks;
}

/** Has the element in full screen, and out of it again. */
export function useFullScreen(of: RefObject<HTMLElement | null>) {
  const isFull = useSignal(false);
  useEffect(() => {
    const look = () => (isFull.value = document.fullscreenElement === of.current);
    document.addEventListener("fullscreenchange", look);
    return () => document.removeEventListener("fullscreenchange", look);
  }, []);
  const toggle = () => {
    // What the browser does not allow is not done.
    const done = isFull.value ? document.exitFullscreen() : of.current?.requestFullscreen();
    done?.catch(() => {});
  };
  return { isFull, toggle };
}
