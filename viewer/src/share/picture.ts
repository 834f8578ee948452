/** What the person has chosen to show: a screen, a window or a tab, as the browser captures it. */

/** Its size in pixels. */
export interface Size {
  width: number;
  height: number;
}

/** What kind of thing is shown, where the browser tells. */
export type Surface = "monitor" | "window" | "browser";

export interface Picture {
  readonly track: MediaStreamTrack;
  readonly surface: Surface | undefined;
  readonly size: Size;
  /** Has a listener told of another size, and of the end that the browser made. */
  listen(to: { resized: () => void; ended: () => void }): void;
  /** Shows nothing any more. */
  stop(): void;
}

/** Why nothing was chosen: the person would not, or the system did not let the browser. */
export class NotShown extends Error {
  constructor(readonly why: "cancelled" | "not_possible") {
    super(why);
  }
}

/** How often the size is looked at: a page behind other windows hears of little. */
const LOOK_MS = 500;
const MAX_FPS = 30;
/** Said, because a browser takes the screen that its page is on for the largest there can be. */
const MAX_SIDE = 8192;

/** TypeScript's library has not all of what browsers take here. */
interface Wanted extends DisplayMediaStreamOptions {
  surfaceSwitching: "include" | "exclude";
  monitorTypeSurfaces: "include" | "exclude";
  selfBrowserSurface: "include" | "exclude";
}

/** Whether this browser can show a screen at all: those of phones cannot. */
export function canShow(): boolean {
  return typeof navigator.mediaDevices?.getDisplayMedia === "function";
}

/** Has the person choose, in the browser's own dialogue. Called from their click. Throws NotShown. */
export async function choose(): Promise<Picture> {
  const wanted: Wanted = {
    video: {
      cursor: "always",
      frameRate: { max: MAX_FPS },
      width: { max: MAX_SIDE },
      height: { max: MAX_SIDE },
    } as MediaTrackConstraints,
    audio: false,
    surfaceSwitching: "include",
    monitorTypeSurfaces: "include",
    selfBrowserSurface: "include",
  };
  try {
    const stream = await navigator.mediaDevices.getDisplayMedia(wanted);
    const [track] = stream.getVideoTracks();
    if (!track) throw new NotShown("not_possible");
    return new Captured(track);
  } catch (e) {
    if (e instanceof NotShown) throw e;
    throw new NotShown(isRefusal(e) ? "cancelled" : "not_possible");
  }
}

/** Both a person's no and a system's have the same name; the system's says so. */
function isRefusal(e: unknown): boolean {
  if (!(e instanceof DOMException) || e.name !== "NotAllowedError") return false;
  return !/system|policy/i.test(e.message);
}

class Captured implements Picture {
  readonly track: MediaStreamTrack;
  #size: Size;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(track: MediaStreamTrack) {
    this.track = track;
    // Sharp letters matter more than smooth motion.
    track.contentHint = "text";
    this.#size = this.#now();
  }

  get surface(): Surface | undefined {
    return this.track.getSettings().displaySurface as Surface | undefined;
  }

  get size(): Size {
    return this.#size;
  }

  listen({ resized, ended }: { resized: () => void; ended: () => void }): void {
    this.track.onended = ended;
    this.#timer = setInterval(() => {
      const size = this.#now();
      if (size.width === this.#size.width && size.height === this.#size.height) return;
      this.#size = size;
      resized();
    }, LOOK_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.track.onended = null;
    this.track.stop();
  }

  #now(): Size {
    const { width, height } = this.track.getSettings();
    return { width: width ?? this.#size?.width ?? 1, height: height ?? this.#size?.height ?? 1 };
  }
}
