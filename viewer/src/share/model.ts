/** What the page that shares a screen shows, and what the person can have it do. */

import { signal } from "@preact/signals";
import { newIdentity } from "../peer/certificate.ts";
import { Link } from "../signal/link.ts";
import type { Socket } from "../signal/link.ts";
import { clean } from "../protocol/check.ts";
import { calledBy } from "./called.ts";
import { Host } from "./host.ts";
import { newSessionKey } from "./jwt.ts";
import { HostPeer } from "./peer.ts";
import { choose } from "./picture.ts";
import { hostSide } from "./side.ts";
import type { State } from "./state.ts";

/** The longest name of a computer, in characters. */
export const MAX_NAME = 64;

const busy: readonly State["phase"][] = ["asked", "live"];

export class Model {
  readonly state = signal<State>({ phase: "start" });
  /** What this computer is called; the person may change it. */
  readonly name = signal("");
  readonly #os: string;
  // The accounts that the person has reported, for as long as this page is open.
  readonly #reported = new Set<string>();
  #host: Host | undefined;
  #bell: Bell | undefined;

  constructor() {
    const { userAgent } = navigator;
    const called = calledBy(userAgent, brands());
    this.name.value = called.name;
    this.#os = called.os;
    window.addEventListener("online", () => this.#host?.hurry());
    window.addEventListener("pagehide", () => this.#host?.leave());
    window.addEventListener("beforeunload", (e) => {
      if (busy.includes(this.state.value.phase)) e.preventDefault();
    });
  }

  /** The running session. */
  get host(): Host | undefined {
    return this.#host;
  }

  /** Opens a session; `invitation` is the number that the person was sent, or empty. */
  begin(invitation: string): void {
    this.#host?.leave();
    this.#bell ??= new Bell();
    const host: Host = new Host({
      link: (listener) => new Link({ side: hostSide, dial, listener }),
      peer: (identity, iceServers, listener) =>
        new HostPeer({ identity, iceServers, isOwnRelay: isOwn(location.hostname), listener }),
      identity: newIdentity,
      key: newSessionKey,
      choose,
      changed: (s) => this.#changed(host, s),
      reported: this.#reported,
      cores: navigator.hardwareConcurrency || 1,
      now: () => performance.now(),
      clock: () => Date.now() / 1000,
    });
    this.#host = host;
    const name = clean(this.name.value, MAX_NAME) || calledBy(navigator.userAgent, brands()).name;
    void host.open({ name, os: this.#os }, invitation);
  }

  /** Goes back to where one can begin. */
  again(): void {
    this.#host?.leave();
    this.#host = undefined;
    this.state.value = { phase: "start" };
  }

  #changed(host: Host, s: State): void {
    if (this.#host !== undefined && host !== this.#host) return;
    const isNews = s.phase === "asked" && this.state.value.phase !== "asked";
    this.state.value = s;
    if (isNews) this.#bell?.ring();
  }
}

/** A sound that calls the person back to the page. Browsers want a click before there is any. */
class Bell {
  readonly #audio = typeof AudioContext === "function" ? new AudioContext() : undefined;

  ring(): void {
    const audio = this.#audio;
    if (!audio) return;
    void audio.resume();
    [660, 880].forEach((pitch, at) => this.#tone(audio, pitch, audio.currentTime + at * 0.25));
  }

  #tone(audio: AudioContext, pitch: number, at: number): void {
    const tone = new OscillatorNode(audio, { frequency: pitch });
    const loudness = new GainNode(audio, { gain: 0 });
    loudness.gain.setTargetAtTime(0.15, at, 0.01);
    loudness.gain.setTargetAtTime(0, at + 0.18, 0.05);
    tone.connect(loudness).connect(audio.destination);
    tone.start(at);
    tone.stop(at + 0.6);
  }
}

function dial(): Socket {
  const url = new URL("/signal/host", location.href);
  url.protocol = url.protocol.replace("http", "ws");
  return new WebSocket(url) as Socket;
}

/** Whether a relay of this name is on this machine. */
function isOwn(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127\./.test(hostname);
}

function brands(): string[] {
  const data = (navigator as { userAgentData?: { brands?: { brand: string }[] } }).userAgentData;
  return data?.brands?.map((b) => b.brand) ?? [];
}
