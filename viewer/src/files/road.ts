/** Keeps the connection for the bytes of files: made when it is needed, made again, closed when idle. */

import type { BytesListener, Way } from "../peer/bytes.ts";
import type { Candidate } from "../protocol/message.ts";

/** How long it is kept without a file, in milliseconds. */
const IDLE_MS = 30_000;
/** How long one may take to open, and how soon after it ended another one is made. */
const OPEN_MS = 15_000;
const AGAIN_MS = 500;

export interface RoadConfig {
  connect: (listener: BytesListener) => Way;
  say: BytesListener["say"];
  open: () => void;
  closed: () => void;
  message: BytesListener["message"];
  mistrust: BytesListener["mistrust"];
  /** Whether a file is under way. */
  isBusy: () => boolean;
}

export class Road {
  readonly #config: RoadConfig;
  #way: Way | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(config: RoadConfig) {
    this.#config = config;
  }

  get isOpen(): boolean {
    return this.#way?.isOpen ?? false;
  }

  /** Makes the connection where there is none; says whether it can be used now. */
  need(): boolean {
    if (!this.#way) this.#connect();
    return this.isOpen;
  }

  /** Makes another one for what is under way: the desktop's connection had to be made again. */
  again(): void {
    this.#drop();
    if (this.#config.isBusy()) this.#connect();
  }

  /** A file has ended: it is closed when no other one comes. */
  rest(): void {
    if (!this.isOpen || this.#config.isBusy()) return;
    this.#after(IDLE_MS, () => {
      if (!this.#config.isBusy()) this.#drop();
    });
  }

  answer(sdp: string): void {
    void this.#way?.answer(sdp);
  }

  candidate(m: Candidate): void {
    void this.#way?.candidate(m);
  }

  async send(data: Uint8Array<ArrayBuffer>): Promise<void> {
    await this.#way?.send(data);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#way?.close();
    this.#way = undefined;
  }

  #connect(): void {
    const { say, message, mistrust, open } = this.#config;
    // What one says that was replaced is of no use.
    const current = (take: () => void) => () => (this.#way === way ? take() : undefined);
    const way: Way = this.#config.connect({
      say: (m) => current(() => say(m))(),
      message: (data) => current(() => message(data))(),
      mistrust,
      open: current(() => {
        clearTimeout(this.#timer);
        open();
      }),
      closed: current(() => this.#lost()),
    });
    this.#way = way;
    this.#after(OPEN_MS, () => this.again());
    void way.start();
  }

  #lost(): void {
    this.#drop();
    this.#after(AGAIN_MS, () => {
      if (this.#config.isBusy() && !this.#way) this.#connect();
    });
  }

  #drop(): void {
    const had = this.#way;
    this.close();
    if (had) this.#config.closed();
  }

  #after(ms: number, act: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(act, ms);
  }
}
