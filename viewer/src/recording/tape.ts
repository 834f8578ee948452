/**
 * The parts of a recording by number and by time: fetched by the stretch when they are asked
 * for, opened, and kept while there is room.
 */

import type { Content } from "./content.ts";
import type { Envelope } from "./lines.ts";
import type { Piece } from "./pieces.ts";
import { KEPT_OPENED, KEPT_SEALED } from "./limits.ts";
import type { Opener } from "./opener.ts";
import { Outline } from "./outline.ts";
import type { Extent, Stretch } from "./outline.ts";
import { Room } from "./room.ts";
import { Fetching } from "./stretch.ts";
import type { Source } from "./stretch.ts";

const never = new AbortController().signal;

/** How many parts are asked for when it is not known how many there are. */
const TAIL = 120;

/** A recording of so many bytes is fetched as a whole, to know where in it something happens. */
const SMALL = 16 << 20;

export class Tape {
  // Set at construction.
  readonly #source: Source;
  readonly #opener: Opener;
  readonly #outline: Outline;
  /** The parts with the events of others, as far as the relay has said. */
  readonly indexParts: readonly number[];
  /** Whether all of it can be kept at once. */
  readonly isSmall: boolean;
  /** What is known of parts, by their number. */
  readonly #envelopes: (Envelope | undefined)[] = [];
  readonly #fetching = new Map<Stretch, Fetching>();
  readonly #sealed = new Room<Stretch, ReadonlyMap<number, Piece>>(KEPT_SEALED);
  readonly #opened = new Room<number, Content>(KEPT_OPENED);
  readonly #opening = new Map<number, Promise<Content>>();

  constructor(source: Source, opener: Opener, extent: Extent) {
    this.#source = source;
    this.#opener = opener;
    this.#outline = new Outline(extent);
    this.indexParts = extent.indexParts;
    this.isSmall = extent.bytes <= SMALL;
  }

  get stretches(): readonly Stretch[] {
    return this.#outline.stretches;
  }

  /** The end of the last part that there is, in milliseconds. */
  get end(): number {
    return this.#outline.end;
  }

  /** The number after that of the last part. */
  get next(): number {
    return this.#outline.next;
  }

  /** Whether the last part that there is ends the recording. */
  get isComplete(): boolean {
    return this.#envelopes[this.next - 1]?.isLast ?? false;
  }

  /** What is known of a part so far. */
  envelope(part: number): Envelope | undefined {
    return this.#envelopes[part];
  }

  /** What is known of the parts of a stretch. */
  known({ first, last }: Stretch): Envelope[] {
    return this.#envelopes.slice(first, last + 1).filter((e) => e !== undefined);
  }

  /** The parts with the events of others, among those that are known. */
  knownIndexes(): number[] {
    return this.#envelopes.flatMap((e) => (e?.isIndex ? [e.part] : []));
  }

  /** The part at a time, if it is known. */
  knownAt(time: number): Envelope | undefined {
    const stretch = this.#outline.at(time);
    return stretch && this.known(stretch).findLast(({ start }) => start <= time);
  }

  /** The part at a time: the first that ends after it. Throws Refused or Damaged. */
  async partAt(time: number, signal = never): Promise<number> {
    const stretch = await this.#stretchAt(time, signal);
    if (!stretch) return 0;
    const isAfter = (e: Envelope) => e.start + e.length > time;
    const known = this.known(stretch);
    const found =
      known.length > stretch.last - stretch.first
        ? known.find(isAfter)
        : (await this.#find(stretch, isAfter, signal))?.envelope;
    return found?.part ?? stretch.last;
  }

  /** The last part with a key frame up to a part; the first part when there is none. */
  keyUpTo(part: number): number {
    return this.#outline.keyUpTo(part);
  }

  /** Opens a part. Undefined when it is not there yet. Throws Refused or Damaged. */
  async open(part: number, signal = never): Promise<Content | undefined> {
    const kept = this.#opened.get(part) ?? this.#opening.get(part);
    if (kept) return kept;
    const stretch = this.#outline.of(part);
    if (!stretch) return undefined;
    const piece = await this.#find(stretch, (e) => e.part === part, signal);
    return piece && (this.#opening.get(part) ?? this.#openPiece(piece));
  }

  /** Opens one part without its neighbours, unless they are there. Throws Refused or Damaged. */
  async openAlone(part: number): Promise<Content | undefined> {
    const stretch = this.#outline.of(part);
    if (stretch && this.#sealed.has(stretch)) return this.open(part);
    const piece = await this.#fetchOne(part);
    return piece && this.#openPiece(piece, false);
  }

  /** Fetches the stretch after that of a part. */
  ahead(part: number): void {
    const now = this.#outline.of(part);
    const next = now && this.#outline.after(now);
    if (next && !this.#sealed.has(next)) this.#fetch(next);
  }

  /** Fetches all that was not fetched yet. Throws Refused or Damaged. */
  async fetchAll(): Promise<void> {
    for (const stretch of this.stretches) {
      if (!this.#sealed.has(stretch)) await this.#find(stretch, () => false, never);
    }
  }

  /** Asks for parts that came since, of a session that still runs. True when there are some. */
  async more(): Promise<boolean> {
    const { next } = this;
    const fetching = new Fetching(this.#source, next, next + TAIL - 1, this.#note);
    const pieces = await fetching.run();
    if (next !== this.next) return false; // somebody else has asked as well
    const stretch = this.#outline.add([...pieces.values()].map(({ envelope }) => envelope));
    if (pieces.size === 0 || !stretch) return false;
    this.#keep(stretch, pieces);
    return true;
  }

  /** Forgets everything that was opened. */
  close(): void {
    this.#opener.close();
    for (const fetching of this.#fetching.values()) fetching.leave();
    this.#sealed.clear();
    this.#opened.clear();
  }

  /** The stretch in which a time is. Its limits are asked for while they are not known. */
  async #stretchAt(time: number, signal: AbortSignal): Promise<Stretch | undefined> {
    for (;;) {
      signal.throwIfAborted();
      const stretch = this.#outline.at(time);
      const next = stretch && this.#outline.after(stretch);
      const unsure = [stretch, next].find((each) => each && !each.isKnown);
      if (!unsure) return stretch;
      if (!(await this.#fetchOne(unsure.first))) this.#outline.settle(unsure);
    }
  }

  async #fetchOne(part: number): Promise<Piece | undefined> {
    const fetching = new Fetching(this.#source, part, part, this.#note);
    return (await fetching.run()).get(part);
  }

  readonly #note = ({ envelope }: Piece) => {
    this.#envelopes[envelope.part] = envelope;
    this.#outline.note(envelope);
  };

  async #find(stretch: Stretch, wanted: (e: Envelope) => boolean, signal: AbortSignal) {
    const kept = this.#sealed.get(stretch);
    if (kept) return [...kept.values()].find(({ envelope }) => wanted(envelope));
    const fetching = this.#fetch(stretch);
    try {
      return await fetching.find(wanted, signal);
    } catch (e) {
      if (signal.aborted) fetching.leave();
      throw e;
    }
  }

  #fetch(stretch: Stretch): Fetching {
    const now = this.#fetching.get(stretch);
    if (now) return now;
    const { first, last } = stretch;
    const fetching = new Fetching(this.#source, first, last, this.#note);
    this.#fetching.set(stretch, fetching);
    const ended = () => this.#fetching.delete(stretch);
    fetching.run().then(
      (pieces) => {
        ended();
        this.#keep(stretch, pieces);
      },
      ended, // whoever waits is told
    );
    return fetching;
  }

  #keep(stretch: Stretch, pieces: ReadonlyMap<number, Piece>): void {
    const bytes = [...pieces.values()].reduce((sum, { sealed }) => sum + sealed.length, 0);
    this.#sealed.set(stretch, pieces, bytes);
  }

  #openPiece(piece: Piece, isKept = true): Promise<Content> {
    const { part } = piece.envelope;
    const opening = this.#opener.open(piece).then((content) => {
      if (isKept) this.#opened.set(part, content, content.bytes);
      return content;
    });
    this.#opening.set(part, opening);
    const ended = () => this.#opening.delete(part);
    opening.then(ended, ended);
    return opening;
  }
}
