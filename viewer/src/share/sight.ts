/** What the technician is told of the picture: its size, that there is one, and how it keeps up. */

import { ALL_MONITORS } from "../protocol/message.ts";
import { readFigures } from "./figures.ts";
import type { Counted, Report } from "./figures.ts";
import type { ToTechnician } from "./message.ts";
import type { Picture, Surface } from "./picture.ts";

/** What is shown is the one monitor there is, whatever it really is. */
const ONLY = 0;
const FIGURES_MS = 1000;

const names: Readonly<Record<Surface, string>> = {
  monitor: "Shared screen",
  window: "Shared window",
  browser: "Shared tab",
};

export interface SightConfig {
  picture: Picture;
  /** How many cores the computer has. */
  cores: number;
  tell: (m: ToTechnician) => void;
  report: () => Promise<Report> | undefined;
}

export class Sight {
  readonly #config: SightConfig;
  #number = 1;
  #isOpen = false;
  #isPaused = false;
  #isListing = false;
  #figures: ReturnType<typeof setInterval> | undefined;
  #counted: Counted | undefined;

  constructor(config: SightConfig) {
    this.#config = config;
  }

  /** Another connection is open, whose other end knows nothing yet. */
  opened(): void {
    this.#isOpen = true;
    this.#isListing = false;
    this.observe(false);
    this.#tell();
  }

  /** The picture has another size now. */
  resized(): void {
    this.#number++;
    this.#tell();
  }

  /** Nothing is told in a pause; what has changed meanwhile is told after it. */
  pause(isPaused: boolean): void {
    this.#isPaused = isPaused;
    this.#tell();
  }

  /** Takes which monitor the technician wants to see: there is no other one. */
  watch(monitor: number | undefined): void {
    this.#isListing = true;
    const isThere = monitor === undefined || monitor === ONLY || monitor === ALL_MONITORS;
    if (!isThere) {
      const message = "There is no such monitor.";
      this.#config.tell({ type: "error", code: "not_found", message });
    }
    this.#tellMonitors();
  }

  /** Tells figures once a second from now on, or no more. */
  observe(isOn: boolean): void {
    clearInterval(this.#figures);
    this.#counted = undefined;
    if (isOn) this.#figures = setInterval(() => void this.#measure(), FIGURES_MS);
  }

  close(): void {
    this.#isOpen = false;
    this.observe(false);
  }

  #tell(): void {
    if (!this.#isOpen || this.#isPaused) return;
    const { width, height } = this.#config.picture.size;
    this.#config.tell({ type: "screen", width, height, number: this.#number });
    this.#tellMonitors();
  }

  #tellMonitors(): void {
    if (!this.#isOpen || this.#isPaused || !this.#isListing) return;
    const { size, surface } = this.#config.picture;
    const name = `${names[surface ?? "monitor"]} · ${size.width} × ${size.height}`;
    const only = { id: ONLY, name, x: 0, y: 0, ...size, primary: true };
    this.#config.tell({ type: "monitors", monitors: [only], shown: ONLY });
  }

  async #measure(): Promise<void> {
    const report = await this.#config.report();
    if (!report || !this.#isOpen || this.#isPaused) return;
    const { figures, counted } = readFigures(report, this.#counted, this.#config.cores);
    this.#counted = counted;
    this.#config.tell(figures);
  }
}
