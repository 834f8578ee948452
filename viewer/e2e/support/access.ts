import type { Desktop } from "./desktop.ts";
import { eventually } from "./wait.ts";

/** Where something is on the screen. */
export interface Spot {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** What a screen reader sees: something with a role and a name. */
export class Accessible {
  constructor(
    private readonly bus: Bus,
    private readonly owner: string,
    private readonly path: string,
  ) {}

  async name(): Promise<string> {
    const said = await this.call("org.freedesktop.DBus.Properties.Get", [
      "string:org.a11y.atspi.Accessible",
      "string:Name",
    ]);
    return /variant\s+string "([^]*)"/.exec(said)?.[1] ?? "";
  }

  async role(): Promise<string> {
    const said = await this.call("org.a11y.atspi.Accessible.GetRoleName");
    return /string "(.*)"/.exec(said)?.[1] ?? "";
  }

  async children(): Promise<Accessible[]> {
    const said = await this.call("org.a11y.atspi.Accessible.GetChildren");
    const pairs = said.matchAll(/string "(:[\d.]+)"\s+object path "([^"]+)"/g);
    return [...pairs].map(([, owner, path]) => new Accessible(this.bus, owner!, path!));
  }

  /** Whether the keyboard is on it. */
  async hasFocus(): Promise<boolean> {
    return (await this.states()).includes(12); // ATSPI_STATE_FOCUSED
  }

  async isShowing(): Promise<boolean> {
    return (await this.states()).includes(25); // ATSPI_STATE_SHOWING
  }

  async place(): Promise<Spot> {
    const said = await this.call("org.a11y.atspi.Component.GetExtents", ["uint32:0"]);
    const [x, y, width, height] = [...said.matchAll(/int32 (-?\d+)/g)].map(([, n]) => Number(n));
    return { x: x!, y: y!, width: width!, height: height! };
  }

  /** Presses it as assistive technology does, and any program can. */
  async act(): Promise<void> {
    await this.call("org.a11y.atspi.Action.DoAction", ["int32:0"]);
  }

  private async states(): Promise<number[]> {
    const said = await this.call("org.a11y.atspi.Accessible.GetState");
    const words = [...said.matchAll(/uint32 (\d+)/g)].map(([, n]) => Number(n));
    return words.flatMap((word, n) =>
      Array.from({ length: 32 }, (_, bit) => bit)
        .filter((bit) => word & (1 << bit))
        .map((bit) => 32 * n + bit),
    );
  }

  private call(method: string, args: readonly string[] = []): Promise<string> {
    return this.bus.send(this.owner, this.path, method, args);
  }
}

/** One of all that is shown. */
export interface Named {
  name: string;
  it: Accessible;
}

/** The bus of assistive technology on a desktop (AT-SPI), with what its programs say of themselves. */
export class Bus {
  private access: Promise<string> | undefined;

  private constructor(
    private readonly desktop: Desktop,
    private readonly address: string,
  ) {}

  /** Starts a session bus for a desktop; that of assistive technology comes with its first program. */
  static async start(desktop: Desktop): Promise<Bus> {
    const session = desktop.open("dbus-daemon", ["--session", "--nofork", "--print-address"]);
    const [address] = await session.line(/^unix:.*/);
    return new Bus(desktop, address);
  }

  /** The environment of a program that says what it shows. */
  get env(): NodeJS.ProcessEnv {
    const { NO_AT_BRIDGE: _, ...env } = this.desktop.env;
    return {
      ...env,
      DBUS_SESSION_BUS_ADDRESS: this.address,
      XDG_RUNTIME_DIR: this.desktop.home.path,
    };
  }

  /** Waits for something of this name to be shown, on the bar, say. */
  async find(name: string, on?: Accessible): Promise<Accessible> {
    return eventually(`something called "${name}"`, async () => {
      const all = on ? await this.below(on) : await this.all();
      return all.find((one) => one.name === name)?.it;
    });
  }

  /** Waits for a window of this name. */
  async window(name: string): Promise<Accessible> {
    return eventually(`a window called "${name}"`, async () => {
      const all = await this.windows();
      const names = await Promise.all(all.map((window) => window.name()));
      return all[names.indexOf(name)];
    });
  }

  /** Everything that is shown and has a name. */
  async all(): Promise<Named[]> {
    const trees = await Promise.all((await this.windows()).map((window) => this.below(window)));
    return trees.flat();
  }

  private async windows(): Promise<Accessible[]> {
    const programs = await this.registry().children();
    return (await Promise.all(programs.map((program) => program.children()))).flat();
  }

  /** The buttons that are shown. */
  async buttons(): Promise<Named[]> {
    const all = await this.all();
    const roles = await Promise.all(all.map(({ it }) => it.role()));
    return all.filter((_, n) => roles[n] === "push button");
  }

  /** Sends a message, and gives the answer as dbus-send prints it. */
  async send(owner: string, path: string, method: string, args: readonly string[] = []) {
    const bus = owner === "org.a11y.Bus" ? this.address : await this.ofAccess();
    const to = [`--bus=${bus}`, "--print-reply", `--dest=${owner}`, path, method];
    return this.desktop.run("dbus-send", [...to, ...args]);
  }

  private async ofAccess(): Promise<string> {
    this.access ??= this.send("org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus.GetAddress");
    return /string "(.*)"/.exec(await this.access)![1]!;
  }

  private registry(): Accessible {
    return new Accessible(this, "org.a11y.atspi.Registry", "/org/a11y/atspi/accessible/root");
  }

  private async below(it: Accessible): Promise<Named[]> {
    const [name, children] = await Promise.all([it.name(), it.children()]);
    const rest = await Promise.all(children.map((child) => this.below(child)));
    return [...(name && (await it.isShowing()) ? [{ name, it }] : []), ...rest.flat()];
  }
}
