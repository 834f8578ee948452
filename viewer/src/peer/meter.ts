/** What is known of a connection while it lasts: the figures of both sides, and silence. */

import type { HostFigures } from "../protocol/message.ts";
import { merge } from "./merge.ts";
import type { AllFigures } from "./merge.ts";
import { readFigures } from "./stats.ts";
import type { Counted } from "./stats.ts";

/** How long the host's figures count, which come once a second. */
const FRESH_MS = 2500;
/**
 * How long nothing at all may come from the host. Each side checks the path every two
 * to three seconds; browsers take twice as long to call it disconnected.
 */
const SILENCE_MS = 3500;

/** What a reading tells. */
export interface Reading {
  figures: AllFigures;
  /** Whether anything came since the reading before. */
  isHeard: boolean;
  /** Whether nothing has come for so long that the path must be gone. */
  isSilent: boolean;
}

export class Meter {
  #counted: Counted | undefined;
  #figures: AllFigures = {};
  // What the host told of its own, and when.
  #host: { figures: HostFigures; at: number } | undefined;
  #heard = { count: 0, at: 0 };

  /** Takes what the host tells of its own. */
  told(figures: HostFigures): void {
    this.#host = { figures, at: performance.now() };
  }

  /** Notes that the host has been reached: silence begins now at the earliest. */
  reached(): void {
    this.#heard.at = performance.now();
  }

  /** Reads a report of the browser's. */
  read(report: RTCStatsReport): Reading {
    const { figures, counted, heard } = readFigures(
      report as unknown as ReadonlyMap<string, Record<string, unknown>>,
      this.#counted,
    );
    this.#counted = counted;
    this.#figures = merge(figures, this.#fromHost(), this.#figures);
    return { figures: this.#figures, ...this.#hear(heard) };
  }

  #fromHost(): HostFigures | undefined {
    const isFresh = this.#host && performance.now() - this.#host.at < FRESH_MS;
    return isFresh ? this.#host?.figures : undefined;
  }

  #hear(count: number): Pick<Reading, "isHeard" | "isSilent"> {
    const now = performance.now();
    const isHeard = count !== this.#heard.count;
    if (isHeard) this.#heard = { count, at: now };
    return { isHeard, isSilent: now - this.#heard.at > SILENCE_MS };
  }
}
