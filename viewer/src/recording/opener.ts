/** Opens the parts of one recording, in a worker that is ended when the recording is left. */

import { startWorker } from "../workers.ts";
import type { Content } from "./content.ts";
import { Damaged } from "./damage.ts";
import type { Piece } from "./pieces.ts";
import { KeyRefused } from "./key-problem.ts";
import type { FromOpener, ToOpener } from "./opener.worker.ts";

/** Opens parts. */
export interface Opener {
  /** Throws Damaged. */
  open(piece: Piece): Promise<Content>;
  close(): void;
}

/** A question without its number. */
type Asked = ToOpener extends infer T ? (T extends unknown ? Omit<T, "number"> : never) : never;

export class WorkerOpener implements Opener {
  readonly #worker = startWorker("opener");
  readonly #waiting = new Map<number, (said: FromOpener) => void>();
  #asked = 0;

  constructor() {
    this.#worker.onmessage = ({ data }: MessageEvent<FromOpener>) => {
      this.#waiting.get(data.number)?.(data);
      this.#waiting.delete(data.number);
    };
    this.#worker.onerror = () => this.close();
  }

  /** Opens with the recording's own key. */
  async use(recording: string, identity: string): Promise<void> {
    await this.#ask({ recording, identity });
  }

  /** Opens with a reader's key, which is not kept. Throws KeyRefused. */
  async unlock(
    recording: string,
    sealedKeys: Uint8Array[],
    file: Uint8Array,
    passphrase: string,
  ): Promise<void> {
    await this.#ask({ recording, sealedKeys, file, passphrase });
  }

  async open({ envelope, sealed }: Piece): Promise<Content> {
    const { content } = await this.#ask({ envelope, sealed });
    if (!content) throw new Damaged("nothing in it");
    return content;
  }

  /** The recording's own key, sealed to that of one more reader (age1…). Throws Damaged. */
  async sealedTo(reader: string): Promise<Uint8Array> {
    const { sealedKey } = await this.#ask({ reader });
    if (!sealedKey) throw new Damaged("nothing was sealed");
    return sealedKey;
  }

  /** Ends the worker, and the key with it. */
  close(): void {
    this.#worker.terminate();
    for (const [number, answer] of this.#waiting) answer({ number, damaged: "closed" });
    this.#waiting.clear();
  }

  async #ask(asked: Asked): Promise<FromOpener> {
    const number = ++this.#asked;
    const said = await new Promise<FromOpener>((answer) => {
      this.#waiting.set(number, answer);
      this.#worker.postMessage({ ...asked, number });
    });
    if (said.refused !== undefined) throw new KeyRefused(said.refused);
    if (said.damaged !== undefined) throw new Damaged(said.damaged);
    return said;
  }
}
