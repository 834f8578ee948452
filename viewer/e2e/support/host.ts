import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Desktop } from "./desktop.ts";
import { checkout } from "./folder.ts";
import { Program } from "./program.ts";
import type { Relay } from "./relay.ts";
import { eventually } from "./wait.ts";

export const hostBinary = join(checkout, "bin", "lendhand");

/** One line of the events file. */
export interface HostEvent {
  time: string;
  event:
    | "code"
    | "request"
    | "granted"
    | "confirm"
    | "connected"
    | "words"
    | "unverified"
    | "compared"
    | "pause"
    | "unpause"
    | "chat"
    | "clipboard"
    | "giving"
    | "file"
    | "stopped";
  [field: string]: unknown;
}

/** The host's program, and the person in front of its terminal, unless it is in a window. */
export class Host {
  private constructor(
    readonly program: Program,
    private readonly eventsFile: string,
  ) {}

  /**
   * Starts the program on a desktop, trusting the relay's authority. `extra` are more arguments, and
   * `by` a command that starts it elsewhere, or another `binary` in an environment of its own.
   */
  static start(
    desktop: Desktop,
    relay: Relay,
    extra: readonly string[] = [],
    by: readonly string[] = [],
    { binary = hostBinary, env = desktop.env, ui = "terminal" as "terminal" | "window" } = {},
  ): Host {
    const events = join(desktop.home.path, `events-${performance.now()}.jsonl`);
    const where = ["--server", relay.url, "--ca", relay.ca];
    // With a terminal, xdotool is the person's own hand in many tests, and not a program's.
    const assisted = ui === "terminal" ? ["--assistive"] : [];
    const args = [...where, "--ui", ui, ...assisted, "--events", events, ...extra];
    const [command, ...rest] = [...by, binary, ...args];
    return new Host(new Program("lendhand", command!, rest, { env }), events);
  }

  /** The newest code after line number `from` of the output, as nine digits. */
  async code(from = 0): Promise<string> {
    const [, digits] = await this.program.line(/^Code: (\d{3} \d{3} \d{3})$/, 15_000, from);
    return digits!.replaceAll(" ", "");
  }

  /** The line that names who asks for what. */
  async request(from = 0): Promise<string> {
    return (await this.program.line(/^Request: .*/, 15_000, from))[0];
  }

  /** Types a word and Enter: `view`, `control`, `no`, `stop`. */
  say(
    word:
      | "view"
      | "control"
      | "no"
      | "control copy"
      | "control paste"
      | "control copy paste"
      | "control receive"
      | "control receive send"
      | `give ${string}`
      | "report"
      | "same"
      | "differ"
      | "pause"
      | "go on"
      | "stop"
      | "quit"
      | `say ${string}`,
  ): void {
    this.program.say(word);
  }

  /** How many lines it has printed, for the `from` of what comes next. */
  get linesSoFar(): number {
    return this.program.lines.length;
  }

  /** All that the events file holds. */
  events(): HostEvent[] {
    if (!existsSync(this.eventsFile)) return [];
    const lines = readFileSync(this.eventsFile, "utf8").split("\n");
    return lines.slice(0, -1).map((line) => JSON.parse(line) as HostEvent); // the last is not whole
  }

  /** Waits for an event of a kind; `count` says for how many of them. Gives the last one. */
  async event(kind: HostEvent["event"], timeout = 15_000, count = 1): Promise<HostEvent> {
    return eventually(
      `the host's event "${kind}"`,
      () => this.events().filter(({ event }) => event === kind)[count - 1],
      timeout,
    ).catch((error: Error) => {
      throw new Error(`${error.message}\n${this.report()}`);
    });
  }

  stop(): Promise<number | string> {
    return this.program.stop();
  }

  kill(): Promise<number | string> {
    return this.program.kill();
  }

  report(): string {
    return this.program.report();
  }
}
