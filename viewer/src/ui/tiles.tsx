/** What lies over the video: small changes that are not in it yet. */

import { useEffect, useRef } from "preact/hooks";
import type { RefObject } from "preact";
import type { Numbered } from "../input/mapping.ts";
import { eachFrame } from "./frames.ts";
import type { Model } from "./model.ts";

interface TilesProps {
  model: Model;
  video: RefObject<HTMLVideoElement | null>;
  canvas: RefObject<HTMLCanvasElement | null>;
  /** The screen that is to be seen. */
  screen: Numbered;
}

/** A canvas over the picture, for the worker to draw on. */
export function Tiles({ model, video, canvas, screen }: TilesProps) {
  const tiles = model.tiles.value;
  const seen = useRef(false);
  useEffect(() => {
    if (tiles && canvas.current) tiles.drawOn(canvas.current);
  }, [tiles]);
  useEffect(() => {
    const { number, width, height } = screen;
    if (number !== undefined) tiles?.screen({ number, width, height });
  }, [tiles, screen.number, screen.width, screen.height]);
  useEffect(() => {
    if (!video.current || !tiles) return undefined;
    return eachFrame(video.current, ({ rtpTimestamp }) => {
      if (rtpTimestamp === undefined) return; // nothing tells when a tile is to go
      tiles.shown(rtpTimestamp);
      if (seen.current) return;
      seen.current = true;
      model.session.preview();
    });
  }, [tiles]);
  return <canvas class="tiles" data-testid="tiles" ref={canvas} aria-hidden="true" />;
}
