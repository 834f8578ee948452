/** What the components show, as signals, and what they can ask for. */

import { signal } from "@preact/signals";
import type { Signal } from "@preact/signals";
import { Refused, signOut, whoAmI } from "../account/account.ts";
import type { Account } from "../account/account.ts";
import { noFiles } from "../files/transfer.ts";
import type { FilesState } from "../files/transfer.ts";
import { HostCursor } from "../input/cursor.ts";
import type { Pipe } from "../input/sender.ts";
import { newIdentity } from "../peer/certificate.ts";
import { explain, nothingSaid, steady } from "../peer/explain.ts";
import type { AllFigures } from "../peer/merge.ts";
import { policyOf } from "../peer/path.ts";
import { Peer } from "../peer/peer.ts";
import type { Tiles } from "../peer/tiles.ts";
import { invite } from "../protocol/encode.ts";
import type { Scope } from "../protocol/message.ts";
import { afterMessage, lineLost, making, noInvitations } from "../session/invitations.ts";
import type { InvitationState, OpenInvitation } from "../session/invitations.ts";
import { Session } from "../session/session.ts";
import type { Sent } from "../session/clips.ts";
import { idle, may } from "../session/state.ts";
import type { Cause, State } from "../session/state.ts";
import { Link, technicianSide } from "../signal/link.ts";
import type { LinkListener, Socket } from "../signal/link.ts";
import type { Route } from "./route.ts";

/** Who is at the page. */
export type Entry =
  | { kind: "loading" }
  | { kind: "unreachable"; cause: Cause }
  | { kind: "signedOut"; problem?: Refused }
  | { kind: "signedIn"; account: Account };

/** What became of a text between the two clipboards. The text itself only while it waits. */
export type Clip =
  | { kind: Sent | "copied"; characters: number }
  | { kind: "waiting"; characters: number; text: string };

export interface ModelConfig {
  /** The page that the address names at first. */
  route: Route;
  /** The query of the page's address. */
  search: string;
}

export class Model {
  readonly entry = signal<Entry>({ kind: "loading" });
  /** The page that the address names. */
  readonly route: Signal<Route>;
  readonly state = signal<State>(idle);
  readonly stream = signal<MediaStream | undefined>(undefined);
  readonly figures = signal<AllFigures>({});
  /** What makes the session slow, in a sentence, when something does. */
  readonly slow = signal<string | undefined>(undefined);
  /** Draws small changes in the running session, where the browser can. */
  readonly tiles = signal<Tiles | undefined>(undefined);
  /** The technician's open invitations. */
  readonly invitations = signal<InvitationState>(noInvitations);
  /** The last text that went from one clipboard to the other. */
  readonly clip = signal<Clip | undefined>(undefined);
  /** The files of the newest session; what was received can be saved after it too. */
  readonly files = signal<FilesState>(noFiles);
  readonly session: Session<Peer>;
  #link: Link | undefined;
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
    this.route = signal(config.route);
    const policy = policyOf(config.search);
    this.session = new Session<Peer>({
      link: (listener) =>
        (this.#link = new Link({ side: technicianSide, dial, listener: this.#overhear(listener) })),
      peer: (identity, iceServers, listener) => {
        const peer = new Peer({ identity, iceServers, policy, listener });
        this.tiles.value = peer.tiles;
        return peer;
      },
      identity: newIdentity,
      whyUnreachable: () => this.#whyUnreachable(),
      changed: (s) => this.#changed(s),
      stream: (s) => (this.stream.value = s),
      ack: (last) => this.onAck(last),
      cursor: (m) => this.cursor.take(m),
      figures: (f) => this.#measured(f),
      clipboard: (text) => void this.#copied(text),
      files: (f) => (this.files.value = f),
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

  /** Puts a text into the host's clipboard; undefined while that is not allowed. */
  get paste(): ((text: string) => Promise<void>) | undefined {
    const s = this.state.value;
    return s.phase === "live" && may(s, "clipboard-to-host")
      ? (text) => this.#put(text)
      : undefined;
  }

  async #put(text: string): Promise<void> {
    const sent = await this.session.put(text);
    this.clip.value = { kind: sent, characters: [...text].length };
  }

  /** Takes what the person has copied. A browser gives its clipboard only to the page that is used. */
  async #copied(text: string): Promise<void> {
    const characters = [...text].length;
    const isTaken = document.hasFocus() && (await toClipboard(text));
    if (this.state.value.phase !== "live") return;
    this.clip.value = isTaken
      ? { kind: "copied", characters }
      : { kind: "waiting", characters, text };
  }

  /** Copies the text that waits, at the technician's own hand. */
  async copy(): Promise<void> {
    const clip = this.clip.value;
    if (clip?.kind !== "waiting") return;
    const { characters, text } = clip;
    if (await toClipboard(text)) this.clip.value = { kind: "copied", characters };
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

  /** Leaves a link that was used: the address forgets it. */
  leaveLink(): void {
    history.replaceState(null, "", "/");
    this.route.value = { kind: "page", page: undefined };
  }

  /** Somebody has signed in. */
  enter(account: Account): void {
    this.entry.value = { kind: "signedIn", account };
  }

  /** The relay does not take this page for signed in any more, or wants a second factor first. */
  left(why: Refused): void {
    if (why.code === "enrol_first") void this.begin();
    else this.entry.value = { kind: "signedOut", problem: why };
  }

  /** Signs out; the cause when that failed. */
  async signOut(): Promise<Cause | undefined> {
    try {
      await signOut();
      this.session.leave();
      this.invitations.value = noInvitations;
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

  /** Hears of invitations that people open, as long as the page shows them. */
  listen(isOn: boolean): void {
    this.#link?.listen(isOn);
  }

  /** Makes an invitation that can be opened for so many seconds. */
  invite(ask: Scope[], ticket: string, expiresIn: number, isRecorded: boolean): void {
    this.invitations.value = making(this.invitations.value);
    this.#link?.send(invite(ask, ticket, expiresIn, isRecorded));
  }

  /** Takes an invitation back. */
  withdraw(id: string): void {
    this.#link?.send({ type: "withdraw", id });
  }

  /** Joins the person who has opened an invitation. */
  join({ id, ask, ticket, record: isRecorded = false }: OpenInvitation): void {
    void this.session.join(id, { ask, ticket, isRecorded });
  }

  /** Takes what is about invitations, and passes everything on to the session. */
  #overhear(session: LinkListener): LinkListener {
    const put = (s: InvitationState) => (this.invitations.value = s);
    return {
      message: (m) => {
        put(afterMessage(this.invitations.value, m, performance.now()));
        session.message(m);
      },
      up: (isUp) => {
        if (!isUp) put(lineLost(this.invitations.value));
        session.up(isUp);
      },
      unreachable: () => {
        put(lineLost(this.invitations.value));
        session.unreachable();
      },
      failed: (code) => {
        session.failed(code);
        this.#isOut(code);
      },
    };
  }

  async #whyUnreachable(): Promise<string> {
    const code = await whyUnreachable();
    this.#isOut(code);
    return code;
  }

  /** A sign-in that was ended elsewhere is noticed here too, when nothing else says so. */
  #isOut(code: string): void {
    const isQuiet = this.state.value.phase === "idle" && this.entry.value.kind === "signedIn";
    if (code === "unauthenticated" && isQuiet) this.left(new Refused(code, "", ""));
  }

  #changed(s: State): void {
    this.state.value = s;
    if (s.phase === "idle" && s.problem && isSignedOut(s.problem)) {
      this.entry.value = { kind: "signedOut", problem: new Refused("unauthenticated", "", "") };
    }
    if (s.phase === "live") return;
    if (s.phase !== "ended") this.files.value = noFiles;
    this.clip.value = undefined;
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

async function toClipboard(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false; // the page is not the one that is used, or the browser wants a click
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
