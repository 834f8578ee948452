/** What the components show, as signals, and what they can ask for. */

import { signal } from "@preact/signals";
import { Refused, signIn, signOut, whoAmI } from "../account/account.ts";
import type { Account } from "../account/account.ts";
import { HostCursor } from "../input/cursor.ts";
import type { Pipe } from "../input/sender.ts";
import { newIdentity } from "../peer/certificate.ts";
import { explain, nothingSaid, steady } from "../peer/explain.ts";
import type { AllFigures } from "../peer/merge.ts";
import { policyOf } from "../peer/path.ts";
import { Peer } from "../peer/peer.ts";
import type { Tiles } from "../peer/tiles.ts";
import { Session } from "../session/session.ts";
import { idle } from "../session/state.ts";
import type { Cause, State } from "../session/state.ts";
import { Link } from "../signal/link.ts";
import type { Socket } from "../signal/link.ts";

/** Who is at the page. */
export type Entry =
  | { kind: "loading" }
  | { kind: "unreachable"; cause: Cause }
  | { kind: "signedOut"; cause?: Cause }
  | { kind: "signedIn"; account: Account };

export interface ModelConfig {
  /** The query of the page's address. */
  search: string;
}

export class Model {
  readonly entry = signal<Entry>({ kind: "loading" });
  readonly state = signal<State>(idle);
  readonly stream = signal<MediaStream | undefined>(undefined);
  readonly figures = signal<AllFigures>({});
  /** What makes the session slow, in a sentence, when something does. */
  readonly slow = signal<string | undefined>(undefined);
  /** Draws small changes in the running session, where the browser can. */
  readonly tiles = signal<Tiles | undefined>(undefined);
  readonly session: Session<Peer>;
  #said = nothingSaid;
  /** Told of acknowledgements while a desktop is shown. */
  onAck: (last: number) => void = () => {};
  /** Presses keys in order on the host, and lets them go; while a desktop is shown. */
  tap: (codes: readonly string[]) => void = () => {};
  /** The host's pointer in the running session. */
  readonly cursor = new HostCursor();
  /** The channels of the running session; closed while there is none. */
  readonly input = pipeOf(() => this.session.peer?.input);
  readonly pointer = pipeOf(() => this.session.peer?.pointer);

  constructor(config: ModelConfig) {
    const policy = policyOf(config.search);
    this.session = new Session<Peer>({
      link: (listener) => new Link({ dial, listener }),
      peer: (identity, iceServers, listener) => {
        const peer = new Peer({ identity, iceServers, policy, listener });
        this.tiles.value = peer.tiles;
        return peer;
      },
      identity: newIdentity,
      whyUnreachable,
      changed: (s) => this.#changed(s),
      stream: (s) => (this.stream.value = s),
      ack: (last) => this.onAck(last),
      cursor: (m) => this.cursor.take(m),
      figures: (f) => this.#measured(f),
      now: () => performance.now(),
    });
    window.addEventListener("online", () => this.session.hurry());
    // A reload ends the session too: its grant is bound to a certificate that goes
    // with the page.
    window.addEventListener("pagehide", () => this.session.leave());
    window.addEventListener("beforeunload", (e) => {
      if (this.#isBusy()) e.preventDefault();
    });
  }

  /** Finds out who is signed in. */
  async begin(): Promise<void> {
    this.entry.value = { kind: "loading" };
    try {
      const account = await whoAmI();
      this.entry.value = account ? { kind: "signedIn", account } : { kind: "signedOut" };
    } catch (e) {
      this.entry.value = { kind: "unreachable", cause: causeOf(e) };
    }
  }

  /** Signs in; the cause when that failed. */
  async signIn(name: string, password: string): Promise<Cause | undefined> {
    try {
      this.entry.value = { kind: "signedIn", account: await signIn(name, password) };
      return undefined;
    } catch (e) {
      return causeOf(e);
    }
  }

  /** Signs out; the cause when that failed. */
  async signOut(): Promise<Cause | undefined> {
    try {
      await signOut();
      this.session.leave();
      this.entry.value = { kind: "signedOut" };
      return undefined;
    } catch (e) {
      return causeOf(e);
    }
  }

  /** Goes from the end of a session to what comes next: the code, or the sign-in. */
  again(): void {
    const s = this.state.value;
    this.session.again();
    if (s.phase === "ended" && isSignedOut(s.cause)) this.entry.value = { kind: "signedOut" };
  }

  #changed(s: State): void {
    this.state.value = s;
    if (s.phase === "idle" && s.problem && isSignedOut(s.problem)) {
      this.entry.value = { kind: "signedOut", cause: s.problem };
    }
    if (s.phase === "live") return;
    this.stream.value = undefined;
    this.tiles.value = undefined;
    this.cursor.forget();
    this.figures.value = {};
    this.#said = nothingSaid;
    this.slow.value = undefined;
  }

  #measured(f: AllFigures): void {
    const s = this.state.value;
    this.figures.value = f;
    this.#said = steady(this.#said, explain(f, s.phase === "live" ? s.screen : undefined));
    this.slow.value = this.#said.words;
  }

  #isBusy(): boolean {
    const { phase } = this.state.value;
    return phase === "requested" || phase === "live";
  }
}

function dial(): Socket {
  const url = new URL("/signal/technician", location.href);
  url.protocol = url.protocol.replace("http", "ws");
  return new WebSocket(url) as Socket;
}

// A browser does not say why a WebSocket could not be opened; the account does.
async function whyUnreachable(): Promise<string> {
  try {
    return (await whoAmI()) ? "line_refused" : "unauthenticated";
  } catch (e) {
    return e instanceof Refused ? e.code : "relay_unreachable";
  }
}

function pipeOf(channel: () => RTCDataChannel | undefined): Pipe {
  return {
    get readyState() {
      return channel()?.readyState ?? "closed";
    },
    get bufferedAmount() {
      return channel()?.bufferedAmount ?? 0;
    },
    send: (data) => channel()?.send(data),
  };
}

function isSignedOut(c: Cause): boolean {
  return c.kind === "error" && c.code === "unauthenticated";
}

function causeOf(e: unknown): Cause {
  if (!(e instanceof Refused)) throw e;
  return { kind: "error", code: e.code, message: e.message, hint: e.hint };
}
