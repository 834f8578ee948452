/** The pointer on the picture: the host's, and the technician's own. */

import { useEffect, useRef } from "preact/hooks";
import type { RefObject } from "preact";
import { addressOf, cursorStyle, dotAddress, drawn, placed } from "../input/cursor.ts";
import type { Drawn, HostCursor, Local } from "../input/cursor.ts";
import { toPicture } from "../input/mapping.ts";
import type { Point, Size } from "../input/mapping.ts";
import { OnceAFrame } from "./frame.ts";

interface CursorProps {
  cursor: HostCursor;
  /** Around the picture; events on it are the technician's. */
  stage: RefObject<HTMLElement | null>;
  /** Its box is the screen. */
  picture: RefObject<HTMLElement | null>;
  size: Size;
  isControlled: boolean;
  /** Whether what the host says is of this moment. */
  isLive: boolean;
}

/** Draws the host's pointer over the picture when the browser's own is not in its place. */
export function HostPointer(props: CursorProps) {
  const image = useRef<HTMLImageElement>(null);
  const latest = useRef(props);
  latest.current = props;
  const painter = useRef<Painter | undefined>(undefined);
  useEffect(() => {
    const { stage, picture, cursor } = props;
    if (!stage.current || !picture.current || !image.current) return;
    const made = new Painter(stage.current, picture.current, image.current, () => latest.current);
    painter.current = made;
    cursor.listen(() => made.soon());
    return () => {
      cursor.listen(undefined);
      made.close();
    };
  }, []);
  useEffect(() => painter.current?.paint());
  return <img class="host-pointer" data-testid="host-pointer" ref={image} alt="" hidden />;
}

/** Writes to the two elements what is to be drawn, and only what has changed of it. */
class Painter {
  // Set at construction.
  readonly #stage: HTMLElement;
  readonly #picture: HTMLElement;
  readonly #image: HTMLImageElement;
  readonly #props: () => CursorProps;
  readonly #listening = new AbortController();
  readonly #resized: ResizeObserver;
  readonly #frame = new OnceAFrame(() => this.paint());
  // The last finger or pen on the stage, in CSS pixels of the window; undefined for a mouse.
  #touch: Point | undefined;
  #own: string = "";

  constructor(
    stage: HTMLElement,
    picture: HTMLElement,
    image: HTMLImageElement,
    props: () => CursorProps,
  ) {
    this.#stage = stage;
    this.#picture = picture;
    this.#image = image;
    this.#props = props;
    const { signal } = this.#listening;
    for (const type of ["pointerdown", "pointermove"] as const) {
      stage.addEventListener(type, (e) => this.#pointed(e), { signal, passive: true });
    }
    this.#resized = new ResizeObserver(() => this.paint());
    this.#resized.observe(picture);
    this.#resized.observe(stage);
  }

  close(): void {
    this.#listening.abort();
    this.#resized.disconnect();
    this.#frame.cancel();
  }

  /** Draws what is known then with the next picture: the host may tell more than is seen. */
  soon(): void {
    this.#frame.soon();
  }

  /** Draws what is known now. */
  paint(): void {
    const { cursor, isLive, size } = this.#props();
    const what: Drawn = isLive ? drawn(cursor.known, this.#local()) : { own: "usual" };
    const box = this.#picture.getBoundingClientRect();
    this.#paintOwn(what, Math.min(box.width / size.width, box.height / size.height));
    this.#paintOther(what, box);
  }

  #pointed(e: PointerEvent): void {
    const wasTouch = this.#touch !== undefined;
    this.#touch = e.pointerType === "mouse" ? undefined : { x: e.clientX, y: e.clientY };
    if (wasTouch || this.#touch) this.paint();
  }

  #local(): Local {
    const { isControlled, size } = this.#props();
    if (!this.#touch) return { isControlled, touch: undefined };
    return {
      isControlled,
      touch: toPicture(this.#touch, this.#picture.getBoundingClientRect(), size),
    };
  }

  #paintOwn({ own }: Drawn, scale: number): void {
    const style = cursorStyle(own, scale);
    if (style === this.#own) return;
    this.#own = style;
    this.#picture.style.cursor = style;
  }

  #paintOther({ other }: Drawn, box: DOMRect): void {
    this.#image.hidden = !other;
    if (!other) return;
    const { size } = this.#props();
    const address = other.shape === "dot" ? dotAddress : addressOf(other.shape);
    if (this.#image.src !== address) this.#image.src = address;
    const at = placed(other, box, size, this.#stage.getBoundingClientRect());
    this.#image.width = at.width;
    this.#image.height = at.height;
    this.#image.style.transform = `translate3d(${at.left}px, ${at.top}px, 0)`;
  }
}
