import type { Page } from "playwright-core";
import type { BrowserOptions } from "./chromium.ts";
import { Desktop } from "./desktop.ts";
import { Host } from "./host.ts";
import { Link } from "./link.ts";
import { Relay } from "./relay.ts";
import { Stage } from "./stage.ts";
import { Technician } from "./technician.ts";

/** What a setting is made of. */
export interface Options {
  /** The size of the host's desktop; otherwise Desktop's own. */
  size?: { width: number; height: number };
  /** The seed of the scenes that are played on it; otherwise there is no stage. */
  seed?: number;
  /** Whether a bad network, which does nothing yet, is between the host and all others. */
  linked?: boolean;
}

/** All that a session needs, and one session in it at a time: by Ines, of this host. */
export class Setting {
  private stages: Stage | undefined;
  private links: Link | undefined;
  private hosts: Host | undefined;
  private technicians: Technician | undefined;
  /** What is said of a test that failed is asked for when all has been stopped. */
  private reports: (() => string)[] = [];

  private constructor(
    readonly desktop: Desktop,
    private relays?: Relay,
  ) {}

  static async start({ size, seed, linked }: Options = {}): Promise<Setting> {
    const setting = new Setting(await Desktop.start(size));
    try {
      if (seed !== undefined) setting.stages = Stage.start(setting.desktop.env, seed);
      if (linked) {
        await Link.build();
        setting.links = await Link.start();
      }
      setting.relays = await Relay.start([], setting.links?.near);
      await Technician.addTo(setting.relays, "ines");
      return setting;
    } catch (error) {
      await setting.stop();
      throw error;
    }
  }

  get stage(): Stage {
    return there(this.stages, "stage");
  }

  get link(): Link {
    return there(this.links, "link");
  }

  get relay(): Relay {
    return there(this.relays, "relay");
  }

  get host(): Host {
    return there(this.hosts, "host");
  }

  get tech(): Technician {
    return there(this.technicians, "technician");
  }

  /**
   * Starts the host's program, and the technician asks for a session, which waits for the answer.
   * `prepared` is done to the technician's page, which is then loaded again.
   */
  async ask(
    query = "",
    options: BrowserOptions = {},
    prepared?: (page: Page) => Promise<unknown>,
  ): Promise<void> {
    const host = Host.start(this.desktop, this.relay, [], this.links?.far);
    this.hosts = host;
    this.reports = [() => host.report()];
    const tech = await Technician.signIn(this.relay, "ines", query, options);
    this.technicians = tech;
    this.reports.push(() => tech.report());
    if (prepared) {
      await prepared(tech.page);
      await tech.page.reload();
    }
    await tech.redeem(await this.hosts.code());
    await this.hosts.request();
  }

  /** Ends the session, with the programs of both. */
  async leave(): Promise<void> {
    await this.technicians?.close();
    await this.hosts?.stop();
    this.hosts = this.technicians = undefined;
  }

  async stop(): Promise<void> {
    await this.leave();
    await this.relays?.remove();
    await this.links?.stop();
    await this.stages?.stop();
    await this.desktop.stop();
  }

  report(): string {
    const always = [this.links, this.relays].map((program) => program?.report() ?? "");
    return [...this.reports.map((report) => report()), ...always].join("\n");
  }
}

function there<T>(thing: T | undefined, name: string): T {
  if (!thing) throw new Error(`there is no ${name} in this setting`);
  return thing;
}
