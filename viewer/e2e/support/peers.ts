import type { Page } from "playwright-core";
import { Browser } from "./chromium.ts";
import { family } from "./counters.ts";
import { Desktop } from "./desktop.ts";
import { temporary } from "./folder.ts";
import { Host } from "./host.ts";
import { screenElement } from "./observer.ts";
import type { Picture } from "./picture.ts";
import { Program } from "./program.ts";
import { freePort, Relay } from "./relay.ts";
import { Stage } from "./stage.ts";
import { Technician } from "./technician.ts";
import { eventually } from "./wait.ts";
import { XConnection } from "./x11.ts";

/** The host's screen. */
export const screen = { width: 1920, height: 1080 };

/** A program that is measured, with a stage on its desktop and a page that is about to show it. */
export interface Peer {
  readonly page: Page;
  readonly stage: Stage;
  /** Its programs on the host, as they are now. */
  programs(): readonly number[];
  /** The X server, where it is a program of its own. */
  readonly server: number | undefined;
  /** Lets the picture through. Gives when that was: ms of the wall clock. */
  answer(): Promise<number>;
  /** Waits until keys reach the host. */
  control(): Promise<void>;
  /** What the X server has on the screen. */
  screenshot(): Promise<Picture>;
  report(): string;
  close(): Promise<void>;
}

export interface PeerOptions {
  seed: number;
  viewport: { width: number; height: number };
  /** More of the environment of the host's program, and of the relay's. */
  env?: Readonly<Record<string, string>>;
  /** The organisation wants every session recorded. */
  recorded?: boolean;
}

/** Lendhand, of which more is known. */
export interface OwnPeer extends Peer {
  readonly desktop: Desktop;
  readonly host: Host;
  readonly relay: Relay;
  readonly technician: Technician;
}

/** What is to be undone, the last first, even when something on the way fails. */
class Undo {
  private readonly steps: (() => unknown)[] = [];

  add(step: () => unknown): void {
    this.steps.unshift(step);
  }

  async run(): Promise<void> {
    for (const step of this.steps.splice(0)) await step();
  }
}

type Start<P> = (options: PeerOptions, undo: Undo) => Promise<P>;

async function open<P>(start: Start<P>, options: PeerOptions) {
  const undo = new Undo();
  try {
    const peer = await start(options, undo);
    return { ...peer, close: () => undo.run() };
  } catch (error) {
    await undo.run();
    throw error;
  }
}

/** Lendhand on Xvfb: a signed-in technician has asked for control, and the host has not answered. */
async function startLendhand(options: PeerOptions, undo: Undo) {
  const { seed, viewport, env = {}, recorded = false } = options;
  const desktop = await Desktop.start(screen);
  undo.add(() => desktop.stop());
  const stage = Stage.start(desktop.env, seed);
  undo.add(() => stage.stop());
  const relay = await Relay.start([], undefined, env);
  undo.add(() => relay.remove());
  await Technician.addTo(relay, "ines");
  if (recorded) await relay.changeRules({ recording: "required" });
  const by = ["env", ...Object.entries(env).map(([name, value]) => `${name}=${value}`)];
  const host = Host.start(desktop, relay, [], by);
  undo.add(() => host.stop());
  const technician = await Technician.signIn(relay, "ines", "", viewport);
  undo.add(() => technician.close());
  await technician.redeem(await host.code(), "control");
  await host.request();
  return {
    page: technician.page,
    stage,
    programs: () => [host.program.pid],
    server: desktop.pid,
    answer: async () => {
      const at = Date.now();
      host.say("control");
      return at;
    },
    control: () => technician.may("control"),
    screenshot: () => desktop.screenshot(),
    report: () => [host, technician, stage, relay].map((it) => it.report()).join("\n"),
    ...{ desktop, host, relay, technician },
  };
}

/**
 * TigerVNC and noVNC of Debian, with their defaults: Xtigervnc is X server and VNC server in one.
 * Websockify reaches it by a socket in a folder, so that loopback carries every byte once.
 */
async function startNoVNC({ seed, viewport }: PeerOptions, undo: Undo) {
  const home = temporary("vnc");
  undo.add(home.remove);
  const socket = `${home.path}/rfb`;
  const size = ["-geometry", `${screen.width}x${screen.height}`, "-depth", "24"];
  const open = ["-SecurityTypes", "None", "-localhost", "-rfbport", "-1", "-rfbunixpath", socket];
  const args = ["-displayfd", "3", "-noreset", "-nolisten", "tcp", ...size, ...open];
  const server = new Program("Xtigervnc", "Xtigervnc", args, { readThird: true });
  undo.add(() => server.stop());
  const [display] = await server.line(/^\d+$/);
  const x = await XConnection.open(`:${display}`);
  undo.add(() => x.close());
  const env = { PATH: process.env["PATH"], HOME: home.path, DISPLAY: `:${display}` };
  const stage = Stage.start(env, seed);
  undo.add(() => stage.stop());

  const port = await freePort();
  const proxy = new Program("websockify", "websockify", [
    ...["--web", "/usr/share/novnc", "--unix-target", socket],
    `127.0.0.1:${port}`,
  ]);
  undo.add(() => proxy.stop());
  const browser = await Browser.start(viewport);
  undo.add(() => browser.close());
  const page = await browser.page();
  const address = `http://127.0.0.1:${port}/vnc.html?resize=scale`;
  await eventually("noVNC's page", () => page.goto(address));
  await page.locator("#noVNC_connect_button").waitFor();
  return {
    page,
    stage,
    programs: () => [server.pid, ...family(proxy.pid)],
    server: undefined,
    answer: () =>
      page.evaluate(() => {
        const at = Date.now();
        document.querySelector<HTMLElement>("#noVNC_connect_button")!.click();
        return at;
      }),
    control: async () => {
      await page.locator(screenElement).waitFor();
      await page.locator(screenElement).evaluate((canvas) => (canvas.dataset["testid"] = "screen"));
    },
    screenshot: () => x.screenshot(),
    report: () => [server, proxy, browser, stage].map((it) => it.report()).join("\n"),
  };
}

/** Opens a session of Lendhand. */
export const openOwn = (options: PeerOptions): Promise<OwnPeer> => open(startLendhand, options);

/** Those who can be measured, by the name that FEEL_PEERS has for them. */
export const peers: Record<string, { title: string; open: (o: PeerOptions) => Promise<Peer> }> = {
  lendhand: { title: "Lendhand", open: openOwn },
  recorded: {
    title: "Lendhand, recorded",
    open: (options) => openOwn({ ...options, recorded: true }),
  },
  novnc: { title: "TigerVNC + noVNC", open: (options) => open(startNoVNC, options) },
};
