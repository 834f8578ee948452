import { spawn, type ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import { eventually, within } from "./wait.ts";

export interface ProgramOptions {
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  /** Reads descriptor 3 as well, into `lines`, for programs that report through one. */
  readThird?: boolean;
}

/** One real program: its lines, its answers, its end. */
export class Program {
  /** Lines of standard output, oldest first. */
  readonly lines: string[] = [];
  /** Lines of both outputs as they came, for the report of a failure. */
  readonly log: string[] = [];
  /** The exit code, or the signal's name, once it ended. */
  readonly ended: Promise<number | string>;

  private readonly child: ChildProcess;
  private failure: Error | undefined;

  constructor(
    readonly name: string,
    command: string,
    args: readonly string[],
    options: ProgramOptions = {},
  ) {
    this.child = spawn(command, args, {
      env: options.env ?? process.env,
      cwd: options.cwd,
      stdio: ["pipe", "pipe", "pipe", ...(options.readThird ? (["pipe"] as const) : [])],
    });
    this.ended = new Promise((resolve) => {
      this.child.once("error", (error) => {
        this.failure = error;
        resolve(error.message);
      });
      this.child.once("close", (code, signal) => resolve(code ?? signal ?? "unknown"));
    });
    this.child.stdin?.on("error", () => {}); // written to after its end: `ended` says so
    this.read(this.child.stdout, this.lines);
    this.read(this.child.stderr, []);
    if (options.readThird) this.read(this.child.stdio[3] as NodeJS.ReadableStream, this.lines);
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error(`${this.name} did not start`);
    return this.child.pid;
  }

  get running(): boolean {
    return !this.failure && this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Writes one line to standard input. */
  say(line: string): void {
    this.log.push(`< ${line}`);
    this.child.stdin?.write(`${line}\n`);
  }

  /** Ends standard input. */
  hush(): void {
    this.child.stdin?.end();
  }

  /**
   * The first line of standard output, from line number `from` on, that matches.
   * Fails at once when the program ends without it.
   */
  async line(pattern: RegExp, timeout = 15_000, from = 0): Promise<RegExpExecArray> {
    const found = await eventually(
      `${this.name}: a line like ${pattern}`,
      () => this.find(pattern, from) ?? (this.running ? null : "ended"),
      timeout,
    ).catch((error: Error) => {
      throw new Error(`${error.message}\n${this.report()}`);
    });
    if (found === "ended") throw new Error(`${this.name} ended early\n${this.report()}`);
    return found;
  }

  /** Asks the program to end, insists after `grace` ms, and gives how it ended. */
  async stop(grace = 8_000): Promise<number | string> {
    if (this.running) this.child.kill("SIGTERM");
    return within(this.name, this.ended, grace).catch(() => this.kill());
  }

  /** Ends the program with no chance to tidy up. */
  async kill(): Promise<number | string> {
    if (this.running) this.child.kill("SIGKILL");
    return within(`the end of ${this.name}`, this.ended, 5_000);
  }

  /** The last of what it wrote, under its name. */
  report(): string {
    return [`--- ${this.name}`, ...this.log.slice(-80)].join("\n");
  }

  private find(pattern: RegExp, from: number): RegExpExecArray | null {
    for (const line of this.lines.slice(from)) {
      const match = pattern.exec(line);
      if (match) return match;
    }
    return null;
  }

  private read(stream: NodeJS.ReadableStream | null, into: string[]): void {
    if (!stream) return;
    createInterface({ input: stream }).on("line", (line) => {
      into.push(line);
      this.log.push(line);
    });
  }
}

/** Runs a program to its end and gives what it printed; fails with its words when it fails. */
export async function run(
  command: string,
  args: readonly string[],
  options: ProgramOptions & { input?: string; timeout?: number } = {},
): Promise<string> {
  const program = new Program(command, command, args, options);
  if (options.input !== undefined) program.say(options.input);
  program.hush();
  const code = await within(command, program.ended, options.timeout ?? 15_000).catch(
    async (error: unknown) => {
      await program.kill();
      throw error;
    },
  );
  if (code !== 0) throw new Error(`${command} ${args.join(" ")}: ${code}\n${program.report()}`);
  return program.lines.join("\n");
}
