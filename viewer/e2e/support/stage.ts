import { join } from "node:path";
import { checkout } from "./folder.ts";
import { Program } from "./program.ts";

const binary = join(checkout, "bin", "stage");

export type Scene = "idle" | "text" | "key" | "typing" | "scroll" | "full";

/** A part of the host's screen, in its pixels. */
export interface Region {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** When a key came and was answered, or a frame was handed over and drawn: ms of the wall clock. */
export interface Moment {
  number: number;
  from: number;
  drawn: number;
}

/** The program that plays scenes on the host's whole screen: client/internal/stage, by `make stage`. */
export class Stage {
  private constructor(private readonly program: Program) {}

  /** Starts it on the display of `env`. Another seed gives another content. */
  static start(env: NodeJS.ProcessEnv, seed: number): Stage {
    return new Stage(new Program("stage", binary, ["-seed", String(seed)], { env }));
  }

  /** Plays a scene. Gives the part of the screen to watch. */
  async scene(scene: Scene): Promise<Region> {
    const from = this.program.lines.length;
    this.program.say(`scene ${scene}`);
    const ready = new RegExp(`^ready ${scene} (\\d+) (\\d+) (\\d+) (\\d+)$`);
    const [x, y, width, height] = (await this.program.line(ready, 15_000, from))
      .slice(1)
      .map(Number);
    return { x: x!, y: y!, width: width!, height: height! };
  }

  /** The frames, or the keys, since the last time that either was asked for. */
  async times(what: "frame" | "press"): Promise<Moment[]> {
    const from = this.program.lines.length;
    this.program.say("times");
    await this.program.line(/^end$/, 15_000, from);
    const lines = this.program.lines.slice(from).map((line) => line.split(" "));
    return lines
      .filter(([kind]) => kind === what)
      .map(([, number, since, drawn]) => ({
        number: Number(number),
        from: Number(since) / 1000,
        drawn: Number(drawn) / 1000,
      }));
  }

  stop(): Promise<number | string> {
    return this.program.stop();
  }

  report(): string {
    return this.program.report();
  }
}
