/** The picture of the host's screen, and the hands on it. */

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { RefObject } from "preact";
import { drawnSize } from "../input/mapping.ts";
import type { Numbered, Scale, Size } from "../input/mapping.ts";
import { panAtEdges } from "../input/pan.ts";
import { BLIND_MS, Screens } from "../input/screens.ts";
import { Stage } from "../input/stage.ts";
import type { Screen } from "../protocol/message.ts";
import { allows, isPaused, mayControl } from "../session/state.ts";
import type { Live } from "../session/state.ts";
import { HostPointer } from "./cursor.tsx";
import { eachFrame } from "./frames.ts";
import type { Model } from "./model.ts";
import { Tiles } from "./tiles.tsx";
import { Veil } from "./veil.tsx";
import { useZoom } from "./zoom.ts";
import type { Zoom } from "./zoom.ts";

/** How much earlier than told a timer may go off by another clock, and more, in milliseconds. */
const TIMER_MS = 50;

interface PictureProps {
  model: Model;
  state: Live;
  scale: Scale;
}

export function Picture({ model, state, scale }: PictureProps) {
  const room = useRef<HTMLElement>(null);
  const stage = useRef<HTMLDivElement>(null);
  const video = useRef<HTMLVideoElement>(null);
  const tiles = useRef<HTMLCanvasElement>(null);
  const sink = useRef<HTMLTextAreaElement>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const screens = useRef(new Screens()).current;
  const size = useScreen(state, video, screens);
  useStream(model, video);
  usePicture(model, state, video);
  const zoom = useZoom(scroller, video, scale);
  useDrawnSize(room, [video, tiles], size, scale, zoom.factor);
  useLayoutEffect(zoom.settle, [zoom.factor]);
  useHands(model, state, { size, screens }, { stage, video, sink }, zoom);
  const isControlled = mayControl(state);
  const isPanned = isControlled && (scale === "pixels" || zoom.factor > 1);
  useEffect(() => {
    if (isPanned && scroller.current) return panAtEdges(scroller.current);
    return undefined;
  }, [isPanned]);
  return (
    <main class="room" ref={room}>
      <h1 class="spoken">{`The desktop of ${state.host.name}`}</h1>
      <div class="scroller" ref={scroller}>
        <div class={isControlled ? "stage controlled" : "stage"} ref={stage}>
          <video
            ref={video}
            class="screen"
            data-testid="screen"
            width={size.width}
            height={size.height}
            tabIndex={0}
            aria-label={`The screen of ${state.host.name}`}
            muted
            autoplay
            playsInline
            disablePictureInPicture
          />
          <Tiles model={model} video={video} canvas={tiles} screen={size} />
          <textarea
            ref={sink}
            class="sink"
            tabIndex={-1}
            aria-label={`Keyboard of ${state.host.name}`}
            readOnly={!isControlled}
            autocomplete="off"
            autocapitalize="none"
            spellcheck={false}
          />
          <HostPointer
            cursor={model.cursor}
            stage={stage}
            picture={video}
            size={size}
            isControlled={isControlled}
            isLive={state.stage === "active" && allows(state, "view") && state.hasPicture}
          />
        </div>
      </div>
      <Veil state={state} />
    </main>
  );
}

/** The host's screen that is to be seen: what the host says, else what the video has. */
function useScreen(
  state: Live,
  video: RefObject<HTMLVideoElement | null>,
  screens: Screens,
): Numbered {
  const [own, setOwn] = useState<Size>({ width: 1280, height: 720 });
  useEffect(() => {
    const v = video.current;
    const read = () =>
      v && v.videoWidth > 0 && setOwn({ width: v.videoWidth, height: v.videoHeight });
    v?.addEventListener("resize", read);
    return () => v?.removeEventListener("resize", read);
  }, []);
  return useSeen(state, video, screens) ?? own;
}

/** The screen that the picture on the page is of. */
function useSeen(
  state: Live,
  video: RefObject<HTMLVideoElement | null>,
  screens: Screens,
): Screen | undefined {
  const [seen, setSeen] = useState(state.screen);
  useLayoutEffect(() => {
    if (!state.screen) return undefined;
    if (screens.told(state.screen)) setSeen(screens.seen);
    const look = () => screens.passed() && setSeen(screens.seen);
    const timer = setTimeout(look, BLIND_MS + TIMER_MS);
    return () => clearTimeout(timer);
  }, [state.screen]);
  useEffect(() => {
    if (!video.current) return undefined;
    return eachFrame(video.current, (frame) => {
      if (screens.shown(frame.rtpTimestamp, frame)) setSeen(screens.seen);
    });
  }, []);
  return seen;
}

function useStream(model: Model, video: RefObject<HTMLVideoElement | null>): void {
  const stream = model.stream.value;
  useEffect(() => {
    const v = video.current;
    if (!v || !stream) return;
    v.srcObject = stream;
    // A page that was loaded in the background may have to be told twice.
    v.play().catch(() => {});
  }, [stream]);
}

/** Tells of the next frame when there is no picture: at first, and after a pause. */
function usePicture(model: Model, state: Live, video: RefObject<HTMLVideoElement | null>): void {
  const stream = model.stream.value;
  const isWanted = !state.hasPicture && !isPaused(state);
  useEffect(() => {
    const v = video.current;
    if (!v || !stream || !isWanted) return undefined;
    const frame = v.requestVideoFrameCallback(() => model.session.picture());
    return () => v.cancelVideoFrameCallback(frame);
  }, [stream, isWanted]);
}

/** Draws the picture, and what lies over it, in its own proportions: its box is the screen. */
function useDrawnSize(
  room: RefObject<HTMLElement | null>,
  layers: RefObject<HTMLElement | null>[],
  size: Size,
  scale: Scale,
  zoom: number,
): void {
  useLayoutEffect(() => {
    const draw = () => {
      if (!room.current) return;
      const { width, height } = room.current.getBoundingClientRect();
      const drawn = drawnSize(size, { width, height }, scale, window.devicePixelRatio);
      for (const { current } of layers) {
        if (!current) continue;
        current.style.width = `${drawn.width * zoom}px`;
        current.style.height = `${drawn.height * zoom}px`;
      }
    };
    draw();
    const observer = new ResizeObserver(draw);
    if (room.current) observer.observe(room.current);
    return () => observer.disconnect();
  }, [size.width, size.height, scale, zoom]);
}

interface Parts {
  stage: RefObject<HTMLDivElement | null>;
  video: RefObject<HTMLVideoElement | null>;
  sink: RefObject<HTMLTextAreaElement | null>;
}

/** What is aimed at. */
interface Aim {
  size: Numbered;
  screens: Screens;
}

function useHands(
  model: Model,
  state: Live,
  { size, screens }: Aim,
  parts: Parts,
  zoom: Zoom,
): void {
  const hands = useRef<Stage | undefined>(undefined);
  const latest = useRef(size);
  latest.current = size;
  useEffect(() => {
    const { stage, video, sink } = parts;
    if (!stage.current || !video.current || !sink.current) return;
    const made = new Stage({
      stage: stage.current,
      picture: video.current,
      sink: sink.current,
      size: () => latest.current,
      isSure: () => screens.isSure,
      input: model.input,
      pointer: model.pointer,
      stalled: () => model.session.notice("input_stalled"),
      zoom: zoom.by,
      pan: zoom.pan,
      paste: () => model.paste,
      isMac: navigator.platform.startsWith("Mac"),
    });
    hands.current = made;
    model.onAck = (last) => made.ack(last);
    model.tap = (codes) => made.tap(codes);
    return () => {
      model.onAck = () => {};
      model.tap = () => {};
      made.close();
    };
  }, []);
  useEffect(() => hands.current?.turned(), [size.number]);
  const isControlled = mayControl(state);
  useEffect(() => {
    if (isControlled) hands.current?.activate();
    else hands.current?.deactivate();
  }, [isControlled]);
}
