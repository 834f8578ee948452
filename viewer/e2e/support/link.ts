import { join } from "node:path";
import { checkout } from "./folder.ts";
import { needsOwnNamespaces } from "./network.ts";
import { Program, run } from "./program.ts";

const binary = join(checkout, "bin", "badlink");

/** What became of the packets of one direction: client/internal/badlink/shape. */
export interface Counters {
  enteredPackets: number;
  enteredBytes: number;
  leftPackets: number;
  leftBytes: number;
  /** Lost by chance, lost because the queue was full, and lost while the link was down. */
  lost: number;
  overflowed: number;
  cut: number;
  waitingBytes: number;
  mostBytes: number;
}

/**
 * A bad network between this namespace, with the technician and the relay, and another one for the
 * host. The media so cross it once, whether they are relayed or not.
 */
export class Link {
  private constructor(
    private readonly program: Program,
    /** The address of this side, for the relay. */
    readonly near: string,
    /** What a command on the far side begins with. */
    readonly far: readonly string[],
  ) {}

  /** Builds it from what the checkout holds. */
  static async build(): Promise<void> {
    const options = { cwd: checkout, timeout: 240_000 };
    await run("go", ["build", "-o", binary, "./client/internal/badlink"], options);
  }

  /** Starts one that does nothing to the packets yet. */
  static async start(): Promise<Link> {
    needsOwnNamespaces();
    const program = new Program("badlink", binary, []);
    const [line] = await program.line(/^{"namespace".*/);
    const { namespace, near } = JSON.parse(line) as { namespace: string; near: string };
    return new Link(program, near, ["nsenter", `--net=${namespace}`]);
  }

  /** Changes it: `rate=300k delay=75ms loss=0.02`, `to=near loss=1`, `down`, `up`. */
  async set(words: string): Promise<void> {
    await this.ask(words);
  }

  /** What became of the packets to the host, `far`, and to the technician and the relay, `near`. */
  async count(): Promise<{ far: Counters; near: Counters }> {
    return JSON.parse(await this.ask("count")) as { far: Counters; near: Counters };
  }

  /** Takes it away. Programs on the far side then reach nobody. */
  stop(): Promise<number | string> {
    return this.program.stop();
  }

  report(): string {
    return this.program.report();
  }

  private async ask(line: string): Promise<string> {
    const from = this.program.lines.length;
    this.program.say(line);
    const [answer] = await this.program.line(/^{.*/, 5_000, from);
    if (answer.startsWith('{"error"')) throw new Error(`badlink: ${line}: ${answer}`);
    return answer;
  }
}
