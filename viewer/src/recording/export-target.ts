/** Where exported files go: into a folder that was chosen, or into memory until they are saved. */

import { save } from "../recordings/save.ts";

/** Something that is written at a place in a file. */
export interface Piece {
  type: "write";
  position: number;
  data: Uint8Array<ArrayBuffer>;
}

/** A file that is being written, at any place in it; closed by whoever writes. */
export interface OutFile {
  writable: WritableStream<Piece>;
}

export interface Target {
  file(name: string): Promise<OutFile>;
  /** All files are whole. */
  done(): void;
}

/** How many bytes are exported through memory at most. */
export const MAX_IN_MEMORY = 500_000_000;

/** More than may be held in memory. */
export class TooLarge extends Error {
  constructor() {
    super("too large for memory");
    this.name = "TooLarge";
  }
}

export interface Directory {
  getFileHandle(name: string, options: { create: boolean }): Promise<FileHandle>;
  getDirectoryHandle(name: string, options: { create: boolean }): Promise<Directory>;
}

interface FileHandle {
  createWritable(): Promise<WritableStream<Piece>>;
}

type Picker = (options: { mode: "readwrite"; id: string }) => Promise<Directory>;

/** Asks for a folder; undefined where the browser cannot write into one. */
export function folderPicker(): (() => Promise<Directory>) | undefined {
  const pick = (globalThis as { showDirectoryPicker?: Picker }).showDirectoryPicker;
  return pick && (() => pick({ mode: "readwrite", id: "lendhand-export" }));
}

/** Writes into a new folder of the chosen one, as it comes. */
export async function folderTarget(chosen: Directory, name: string): Promise<Target> {
  const folder = await chosen.getDirectoryHandle(name, { create: true });
  return {
    file: async (file) => {
      const handle = await folder.getFileHandle(file, { create: true });
      return { writable: await handle.createWritable() };
    },
    done: () => {},
  };
}

/** Holds files in memory, and offers them to be saved once all are whole. */
export function memoryTarget(most = MAX_IN_MEMORY, offer = save): Target {
  const files: { name: string; memory: Memory }[] = [];
  let left = most;
  const spend = (bytes: number) => {
    left -= bytes;
    if (left < 0) throw new TooLarge();
  };
  return {
    file: (name) => {
      const memory = new Memory(spend);
      files.push({ name, memory });
      return Promise.resolve({
        writable: new WritableStream<Piece>({ write: (piece) => memory.write(piece) }),
      });
    },
    done: () => {
      for (const { name, memory } of files) offer(name, memory.content());
    },
  };
}

/** A file in memory that grows, and of which parts are written anew. */
class Memory {
  #bytes = new Uint8Array(1 << 16);
  #size = 0;
  readonly #spend: (bytes: number) => void;

  constructor(spend: (bytes: number) => void) {
    this.#spend = spend;
  }

  write({ position, data }: Piece): void {
    const end = position + data.length;
    this.#spend(Math.max(0, end - this.#size));
    if (end > this.#bytes.length) {
      const roomy = new Uint8Array(Math.max(end, 2 * this.#bytes.length));
      roomy.set(this.#bytes.subarray(0, this.#size));
      this.#bytes = roomy;
    }
    this.#bytes.set(data, position);
    this.#size = Math.max(this.#size, end);
  }

  content(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#size);
  }
}
