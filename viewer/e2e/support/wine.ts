import { copyFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Desktop, WindowPlace } from "./desktop.ts";
import { checkout } from "./folder.ts";
import { Program, run } from "./program.ts";
import { eventually, sleep } from "./wait.ts";

export const windowsBinary = join(checkout, "bin", "lendhand.exe");

/** What Go's runtime wants of Windows and older Wines lack; `make windows` builds it for tests. */
const missingLibrary = join(checkout, "bin", "windows", "bcryptprimitives.dll");

const mark = "\uFEFF"; // by which Notepad knows UTF-8

/** Windows programs on a desktop: a Wine of their own, new and empty, that shows its windows there. */
export class Wine {
  /** The environment of its programs. */
  readonly env: NodeJS.ProcessEnv;
  private readonly programs: Program[] = [];

  private constructor(private readonly desktop: Desktop) {
    this.env = {
      ...desktop.env,
      WINEPREFIX: join(desktop.home.path, "wine"),
      WINEARCH: "win64",
      WINEDEBUG: "-all",
      WINEDLLOVERRIDES: "mscoree,mshtml,winemenubuilder.exe=", // nothing to download, no menus
    };
  }

  static async start(desktop: Desktop): Promise<Wine> {
    const wine = new Wine(desktop);
    const options = { env: wine.env, cwd: desktop.home.path, timeout: 50_000 };
    await run("wine", ["wineboot", "--init"], options);
    await run("wineserver", ["--wait"], options);
    const system = join(wine.env["WINEPREFIX"]!, "drive_c", "windows", "system32");
    if (!existsSync(join(system, "bcryptprimitives.dll"))) {
      copyFileSync(missingLibrary, join(system, "bcryptprimitives.dll"));
    }
    wine.open("cmd"); // whose outputs, and not those of a program under test, Wine's services keep open
    return wine;
  }

  /** Starts a Windows program, which ends with this Wine. */
  open(program: string, args: readonly string[] = []): Program {
    const cwd = this.desktop.home.path;
    const started = new Program(program, "wine", [program, ...args], { env: this.env, cwd });
    this.programs.push(started);
    return started;
  }

  /** Ends all that runs in it. */
  async stop(): Promise<void> {
    await run("wineserver", ["--kill"], { env: this.env }).catch(() => ""); // it may have ended
    for (const program of this.programs) await program.stop();
  }
}

/** Notepad with a file of its own. */
export class Notepad {
  private constructor(
    private readonly desktop: Desktop,
    private readonly name: string,
  ) {}

  static async open(desktop: Desktop, wine: Wine, name: string): Promise<Notepad> {
    const notepad = new Notepad(desktop, name);
    writeFileSync(notepad.file, mark);
    wine.open("notepad", [name]);
    await notepad.place();
    return notepad;
  }

  place(): Promise<WindowPlace> {
    return this.desktop.window(this.name.replaceAll(".", "\\."));
  }

  /** Waits until keys go to it: a click may take a moment to bring it to the front, which costs those before. */
  async hasTheKeyboard(): Promise<void> {
    const { id } = await this.place();
    await eventually(
      `${this.name} is in front`,
      async () => (await this.desktop.xdotool("getactivewindow")).trim() === id,
    );
  }

  /**
   * Has somebody save, and waits until the file holds exactly this text. What was typed or pasted may
   * still be on its way into the window, so it is saved again until all of it is there.
   */
  async saves(wanted: string, save: () => Promise<unknown>): Promise<void> {
    let last = "";
    await eventually(
      `the file holds ${JSON.stringify(wanted)}`,
      async () => {
        await save();
        await sleep(200);
        return (last = this.holds) === wanted;
      },
      15_000,
    ).catch((error: Error) => {
      throw new Error(`${error.message}; it holds ${JSON.stringify(last)}`);
    });
  }

  /** What was saved last. */
  get holds(): string {
    return readFileSync(this.file, "utf8").replace(mark, "").replaceAll("\r\n", "\n");
  }

  private get file(): string {
    return join(this.desktop.home.path, this.name);
  }
}
