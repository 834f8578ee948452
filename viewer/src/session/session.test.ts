import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeWay } from "../files/way.fixture.ts";
import type { FilesState } from "../files/transfer.ts";
import type { BytesListener, Way } from "../peer/bytes.ts";
import type { Identity } from "../peer/certificate.ts";
import type { PeerListener } from "../peer/peer.ts";
import type {
  ChatMessage,
  ClipboardMessage,
  FromRelay,
  IceServer,
  ToControl,
  ToFiles,
  ToRelay,
  Scope,
} from "../protocol/message.ts";
import type { LinkListener } from "../signal/link.ts";
import { commitmentTo, fromBase64, newNonce, toBase64, wordsOf } from "../words/derive.ts";
import { Session } from "./session.ts";
import type { SessionPeer } from "./session.ts";

class FakeLink {
  sent: ToRelay[] = [];
  released = 0;
  isClosed = false;
  send(m: ToRelay): void {
    this.sent.push(m);
  }
  sendNow(m: ToRelay): void {
    this.sent.push(m);
  }
  hurry(): void {}
  release(): void {
    this.released++;
  }
  close(): void {
    this.isClosed = true;
  }
}

class FakePeer implements SessionPeer {
  isConnected = false;
  isClosed = false;
  isControlOpen = false;
  done: string[] = [];
  control: ToControl[] = [];
  chat: ChatMessage[] = [];
  clipboard: ClipboardMessage[] = [];
  key: string | undefined = `sha-256 ${Array(32).fill("4A").join(":")}`;
  proved(): Promise<string | undefined> {
    return Promise.resolve(this.key);
  }
  constructor(
    readonly iceServers: IceServer[],
    readonly listener: PeerListener,
  ) {}
  start(): Promise<void> {
    this.listener.offer("v=0 first");
    return Promise.resolve();
  }
  restart(): Promise<void> {
    this.listener.offer("v=0 again");
    return Promise.resolve();
  }
  renew(iceServers: IceServer[]): void {
    this.done.push(`renew ${iceServers.length}`);
  }
  answer(sdp: string): Promise<void> {
    this.done.push(`answer ${sdp}`);
    return Promise.resolve();
  }
  candidate(m: { candidate: string }): Promise<void> {
    this.done.push(`candidate ${m.candidate}`);
    return Promise.resolve();
  }
  sendControl(m: ToControl): boolean {
    if (this.isControlOpen) this.control.push(m);
    return this.isControlOpen;
  }
  sendChat(m: ChatMessage): boolean {
    if (this.isControlOpen) this.chat.push(m);
    return this.isControlOpen;
  }
  sendClipboard(m: ClipboardMessage): boolean {
    this.clipboard.push(m);
    return true;
  }
  files: ToFiles[] = [];
  sendFiles(m: ToFiles): boolean {
    this.files.push(m);
    return true;
  }
  bytes(listener: BytesListener): Way {
    return new FakeWay(listener);
  }
  close(): void {
    this.isClosed = true;
  }
}

const own = `sha-256 ${Array(32).fill("AA").join(":")}`;
const wish = { ask: ["view" as const], ticket: "INC-1" };
const messages = {
  requested: {
    type: "requested",
    sessionId: "s",
    token: "t",
    host: { name: "pc", os: "" },
    expiresIn: 60,
  },
  granted: { type: "granted", grant: "g1", scopes: ["view"], iceServers: [] },
} satisfies Record<string, FromRelay>;

function setUp() {
  const link = new FakeLink();
  const peers: FakePeer[] = [];
  const copied: string[] = [];
  const states: FilesState[] = [];
  let relay!: LinkListener;
  const config = {
    why: "relay_unreachable",
    makeIdentity: () => Promise.resolve({ fingerprint: own } as Identity),
  };
  const session = new Session<FakePeer>({
    link: (listener) => {
      relay = listener;
      return link;
    },
    peer: (_, iceServers, listener) => {
      const peer = new FakePeer(iceServers, listener);
      peers.push(peer);
      return peer;
    },
    identity: () => config.makeIdentity(),
    whyUnreachable: () => Promise.resolve(config.why),
    changed: () => {},
    stream: () => {},
    ack: () => {},
    cursor: () => {},
    figures: () => {},
    clipboard: (text) => copied.push(text),
    files: (f) => states.push(f),
    now: () => Date.now(),
  });
  const peer = () => peers.at(-1) as FakePeer;
  const toRequested = async () => {
    await session.redeem("482913077", wish);
    relay.up(true);
    relay.message(messages.requested);
  };
  const toActive = async () => {
    await toRequested();
    relay.message(messages.granted);
    peer().isControlOpen = true;
    peer().isConnected = true;
    peer().listener.connected();
    peer().listener.controlOpen();
  };
  return {
    copied,
    states,
    session,
    link,
    relay,
    config,
    peers,
    peer,
    toRequested,
    toActive,
  };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("Session", () => {
  it("redeems with the fingerprint of a certificate made before", async () => {
    const { session, link } = setUp();
    await session.redeem("482913077", wish);
    expect(link.sent).toEqual([
      {
        type: "redeem",
        version: 1,
        code: "482913077",
        ask: ["view"],
        ticket: "INC-1",
        fingerprint: own,
      },
    ]);
  });

  it("offers with the grant as soon as there is one", async () => {
    const { link, relay, peer, toRequested } = setUp();
    await toRequested();
    relay.message({
      ...messages.granted,
      iceServers: [{ urls: [], username: "", credential: "" }],
    });
    expect(link.sent.at(-1)).toEqual({ type: "offer", sdp: "v=0 first", grant: "g1" });
    expect(peer().iceServers).toHaveLength(1);
    relay.message({ type: "answer", sdp: "v=0 answer" });
    relay.message({ type: "candidate", candidate: "c" });
    expect(peer().done).toEqual(["answer v=0 answer", "candidate c"]);
  });

  it("presents a later grant, once the control channel is open", async () => {
    const { relay, peer, toRequested } = setUp();
    await toRequested();
    relay.message(messages.granted);
    relay.message({ ...messages.granted, grant: "g2" });
    expect(peer().control).toEqual([]);
    peer().isControlOpen = true;
    peer().listener.controlOpen();
    expect(peer().control).toEqual([{ type: "present", grant: "g2" }]);
    relay.message({ ...messages.granted, grant: "g2" });
    relay.message({ ...messages.granted, grant: "g3" });
    expect(peer().control.at(-1)).toEqual({ type: "present", grant: "g3" });
    expect(peer().control).toHaveLength(2);
    expect(peer().done).toContain("renew 0");
  });

  it("offers again after coming back, when the host is not connected", async () => {
    const { link, relay, peer, toActive } = setUp();
    await toActive();
    relay.message({ type: "resumed", state: "active" });
    relay.message({ ...messages.granted, grant: "g2" });
    expect(link.sent.at(-1)).toMatchObject({ sdp: "v=0 first" });
    peer().isConnected = false;
    relay.message({ type: "resumed", state: "active" });
    relay.message({ ...messages.granted, grant: "g3" });
    expect(link.sent.at(-1)).toEqual({ type: "offer", sdp: "v=0 again", grant: "g3" });
  });

  it("stops on both ways and tears the connection down", async () => {
    const { session, link, peer, toActive } = setUp();
    await toActive();
    const p = peer();
    session.stop();
    const end = { type: "end", reason: "technician_stopped" };
    expect(p.control).toEqual([end]);
    expect(link.sent.at(-1)).toEqual(end);
    expect(p.isClosed).toBe(true);
    expect(session.peer).toBeUndefined();
    expect(session.state).toMatchObject({ phase: "ended" });
  });

  it("can be cancelled while the certificate is made, without a word", async () => {
    const { session, link } = setUp();
    const done = session.redeem("482913077", wish);
    session.stop();
    await done;
    expect(link.sent).toEqual([]);
    expect(session.state.phase).toBe("idle");
  });

  it("ends when the host says so, and closes the connection", async () => {
    const { session, peer, toActive } = setUp();
    await toActive();
    const p = peer();
    p.listener.control({ type: "ended", reason: "host_stopped" });
    expect(p.isClosed).toBe(true);
    expect(session.state).toMatchObject({ phase: "ended", cause: { reason: "host_stopped" } });
  });

  it("ends with error when the host breaks the protocol", async () => {
    const { session, link, peer, toActive } = setUp();
    await toActive();
    peer().listener.broken("not JSON");
    expect(link.sent.at(-1)).toEqual({ type: "end", reason: "error" });
    expect(session.state).toMatchObject({ phase: "ended", cause: { reason: "error" } });
  });

  it("says why the relay cannot be reached with a code", async () => {
    const { session, relay, config } = setUp();
    config.why = "line_refused";
    await session.redeem("482913077", wish);
    relay.unreachable();
    await vi.advanceTimersByTimeAsync(0);
    expect(session.state).toEqual({
      phase: "idle",
      problem: { kind: "error", code: "line_refused" },
    });
  });

  it("does not wait for ever for an answer to the code", async () => {
    const { session } = setUp();
    await session.redeem("482913077", wish);
    await vi.advanceTimersByTimeAsync(15_000);
    expect(session.state).toMatchObject({ problem: { code: "relay_unreachable" } });
  });

  it("asks nobody for a technician who has turned away", async () => {
    const { session, link, relay } = setUp();
    await session.redeem("482913077", wish);
    session.stop();
    relay.message(messages.requested);
    expect(link.sent.at(-1)).toEqual({ type: "end", reason: "technician_stopped" });
    expect(session.state.phase).toBe("idle");
  });

  it("says when the browser has no WebRTC", async () => {
    const { session, config } = setUp();
    config.makeIdentity = () => Promise.reject(new Error("none"));
    await session.redeem("482913077", wish);
    expect(session.state).toMatchObject({ problem: { code: "no_webrtc" } });
  });

  it("outlives the relay while the host is connected", async () => {
    const { session, relay, toActive } = setUp();
    await toActive();
    relay.up(false);
    relay.unreachable();
    await vi.advanceTimersByTimeAsync(600_000);
    expect(session.state).toMatchObject({ phase: "live", isLinkUp: false });
  });

  it("gives up when relay and host are both away for a minute", async () => {
    const { session, relay, peer, toActive } = setUp();
    await toActive();
    relay.up(false);
    peer().listener.lost();
    await vi.advanceTimersByTimeAsync(59_000);
    expect(session.state.phase).toBe("live");
    await vi.advanceTimersByTimeAsync(1_000);
    expect(session.state).toMatchObject({ phase: "ended", cause: { code: "relay_unreachable" } });
  });

  it("ends when the account was signed out meanwhile", async () => {
    const { session, relay, config, toActive } = setUp();
    await toActive();
    config.why = "unauthenticated";
    relay.up(false);
    relay.unreachable();
    await vi.advanceTimersByTimeAsync(0);
    expect(session.state).toMatchObject({ phase: "ended", cause: { code: "unauthenticated" } });
  });

  it("asks for more and hears nothing", async () => {
    const { session, link, toActive } = setUp();
    await toActive();
    session.ask(["view", "control"]);
    expect(link.sent.at(-1)).toEqual({ type: "ask", ask: ["view", "control"] });
    await vi.advanceTimersByTimeAsync(65_000);
    expect(session.state).toMatchObject({ phase: "live", asking: "no_answer" });
  });

  it("asks for a recording in a session that runs, which a yes to the rest does not answer", async () => {
    const { session, link, relay, toActive } = setUp();
    await toActive();
    session.ask(["view"], true);
    expect(link.sent.at(-1)).toEqual({ type: "ask", ask: ["view"], record: true });
    expect(session.state).toMatchObject({ asking: "asked", wantsRecording: true });
    relay.message(messages.granted);
    expect(session.state).toMatchObject({ asking: "declined" });
    session.ask(["view"], true);
    relay.message({ ...messages.granted, recorded: true, readers: ["Auditors"] });
    expect(session.state).toMatchObject({ recording: { readers: ["Auditors"] } });
  });

  it("asks once for tiles, when the host has some and the page can draw them", async () => {
    const { session, peer, toActive } = setUp();
    await toActive();
    peer().isControlOpen = true;
    const asked = () => peer().control.filter((m) => m.type === "tiles");
    const screen = { type: "screen", width: 8, height: 6 } as const;
    session.preview();
    peer().listener.control(screen);
    expect(asked()).toEqual([]);
    peer().listener.control({ ...screen, tiles: true });
    peer().listener.control({ ...screen, tiles: true });
    session.preview();
    expect(asked()).toEqual([{ type: "tiles", on: true }]);
  });

  it("asks for no tiles that the page cannot draw", async () => {
    const { peer, toActive } = setUp();
    await toActive();
    peer().isControlOpen = true;
    peer().listener.control({ type: "screen", width: 8, height: 6, tiles: true });
    expect(peer().control).toEqual([]);
  });

  it("asks once for the monitors, of a host that numbers its screens", async () => {
    const { session, peer, toActive } = setUp();
    await toActive();
    peer().isControlOpen = true;
    peer().listener.controlOpen();
    const size = { width: 800, height: 600 };
    peer().listener.control({ type: "screen", ...size });
    expect(peer().control).toEqual([]);
    peer().listener.control({ type: "screen", ...size, number: 1 });
    peer().listener.control({ type: "screen", ...size, number: 2 });
    expect(peer().control).toEqual([{ type: "watch" }]);
    session.watch(-1);
    expect(peer().control.at(-1)).toEqual({ type: "watch", monitor: -1 });
    peer().listener.controlOpen(); // another channel: the host has to be asked again
    peer().listener.control({ type: "screen", ...size, number: 2 });
    expect(peer().control.at(-1)).toEqual({ type: "watch" });
  });

  it("has the host tell its figures while the technician looks at them", async () => {
    const { session, peer, toActive } = setUp();
    const size = { width: 800, height: 600 };
    const asked = () =>
      peer()
        .control.splice(0)
        .filter((m) => m.type === "observe");
    session.observe(true);
    await toActive();
    peer().listener.control({ type: "screen", ...size }); // an older host
    expect(asked()).toEqual([]);
    peer().listener.control({ type: "screen", ...size, number: 1 });
    peer().listener.control({ type: "screen", ...size, number: 2 });
    expect(asked()).toEqual([{ type: "observe", on: true }]);
    session.observe(false);
    session.observe(false);
    expect(asked()).toEqual([{ type: "observe", on: false }]);
    session.observe(true);
    peer().listener.controlOpen(); // another channel: the host has to be asked again
    peer().listener.control({ type: "screen", ...size, number: 2 });
    expect(asked()).toEqual(Array(2).fill({ type: "observe", on: true }));
  });

  it("tells the host and the relay when the words differ, and connects no more", async () => {
    const { session, link, peer, toActive } = setUp();
    vi.spyOn(console, "error").mockImplementation(() => {});
    await toActive();
    peer().listener.control({ type: "compared", result: "different" });
    expect(peer().control).toContainEqual({ type: "compared", result: "different" });
    expect(link.sent.at(-1)).toEqual({ type: "end", reason: "words_differ" });
    expect(session.state).toMatchObject({ phase: "ended", cause: { reason: "words_differ" } });
    expect(session.peer).toBeUndefined();
  });

  it("ends when the other end has another key", async () => {
    const { session, link, peer, toActive } = setUp();
    vi.spyOn(console, "error").mockImplementation(() => {});
    await toActive();
    peer().listener.mistrust("another key");
    expect(link.sent.at(-1)).toEqual({ type: "end", reason: "words_differ" });
    expect(session.state).toMatchObject({ phase: "ended", cause: { reason: "words_differ" } });
    expect(peer().isClosed).toBe(true);
  });

  it("compares words that are bound to the session and both certificates", async () => {
    vi.useRealTimers();
    const { session, peer, toActive } = setUp();
    await toActive();
    const bound = { sessionId: "s", host: peer().key ?? "", technician: own };
    const mine = newNonce();
    const commitment = await commitmentTo(bound, mine);
    const scopes = ["view" as const];
    peer().listener.control({ type: "permissions", scopes, grantable: scopes, commitment });
    await vi.waitFor(() => expect(peer().control.at(-1)?.type).toBe("nonce"));
    const nonce = peer().control.at(-1) as { nonce: string };
    peer().listener.control({ type: "reveal", nonce: toBase64(mine) });
    const words = await wordsOf(bound, mine, fromBase64(nonce.nonce));
    await vi.waitFor(() => expect(session.state).toMatchObject({ compared: { words } }));
    session.compared("same");
    expect(peer().control.at(-1)).toEqual({ type: "compared", result: "same" });
    peer().listener.control({ type: "compared", result: "same" });
    expect(session.state).toMatchObject({ compared: { words, mine: "same", theirs: "same" } });
    session.stop();
  });

  it("writes to the person when they are there, again after a lost connection, and never after the end", async () => {
    const { session, peer, relay, toRequested, toActive } = setUp();
    await toRequested();
    expect(session.say("nobody is there")).toBe(false);
    relay.message(messages.granted);
    expect(session.say("not yet")).toBe(false);
    await toActive();
    expect(session.say("hello")).toBe(true);
    peer().listener.lost();
    peer().isControlOpen = false;
    expect(session.say("still there?")).toBe(true);
    peer().isControlOpen = true;
    peer().chat = [];
    peer().listener.chatOpen();
    expect(peer().chat.map((m) => m.type === "chat" && m.text)).toEqual(["hello", "still there?"]);
    peer().listener.chat({ type: "ack", last: 2 });
    peer().listener.chat({ type: "chat", sent: 1, text: "Yes." });
    expect(session.state).toMatchObject({
      lines: [{ text: "hello" }, { text: "still there?", isHeard: true }, { text: "Yes." }],
    });
    session.stop();
    expect(session.state).not.toHaveProperty("lines");
    expect(session.say("hello?")).toBe(false);
  });

  it("moves files as far as the host allows it, over a connection made with the grant", async () => {
    const { session, peer, relay, states, toActive } = setUp();
    const allow = (...scopes: Scope[]) =>
      peer().listener.control({
        type: "permissions",
        scopes: ["view", ...scopes],
        grantable: ["view"],
      });
    const source = (name: string) => new File(["1"], name);
    await toActive();
    allow();
    session.files?.give([source("too early")]);
    allow("files-to-host");
    session.files?.give([source("a.txt")]);
    expect(peer().files).toEqual([{ type: "offer", sdp: "v=0 bytes", grant: "g1" }]);
    peer().listener.files({ type: "answer", sdp: "v=0 answer" });
    expect(peer().files.at(-1)).toEqual({ type: "file", id: 1, name: "a.txt", size: 1 });
    allow();
    session.files?.want();
    await vi.advanceTimersByTimeAsync(500);
    expect(states.at(-1)?.transfers.map((t) => t.reason)).toEqual([
      "not_permitted",
      "not_permitted",
    ]);
    expect(peer().files.length).toBe(2);
    allow("files-from-host");
    peer().listener.files({ type: "file", id: 1, name: "empty", size: 0 });
    const sha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    peer().listener.files({ type: "whole", id: 1, sha256 });
    relay.message({ type: "ended", reason: "host_stopped" });
    // What was received stays until the technician goes on.
    expect(states.at(-1)?.transfers.filter((t) => t.content)).toHaveLength(1);
    expect(session.files).toBeDefined();
    session.again();
    expect(session.files).toBeUndefined();
  });

  it("holds files while the person is asked something", async () => {
    const { session, peer, states, toActive } = setUp();
    await toActive();
    const files: Scope[] = ["view", "files-to-host"];
    const tell = (scopes: Scope[], grantable: Scope[]) =>
      peer().listener.control({ type: "permissions", scopes, grantable });
    tell(files, files);
    session.files?.give([new File(["1"], "a")]);
    tell(["view"], files);
    await vi.advanceTimersByTimeAsync(500);
    expect(states.at(-1)?.transfers).toMatchObject([{ state: "waiting" }]);
    tell(["view"], ["view"]);
    await vi.advanceTimersByTimeAsync(500);
    expect(states.at(-1)?.transfers).toMatchObject([{ state: "dropped" }]);
  });

  it("makes the connection for bytes again when the desktop's came back", async () => {
    const { session, peer, toActive } = setUp();
    await toActive();
    const scopes: Scope[] = ["view", "files-to-host"];
    peer().listener.control({ type: "permissions", scopes, grantable: ["view"] });
    session.files?.give([new File(["1"], "a")]);
    peer().listener.lost();
    peer().listener.connected();
    expect(peer().files.map((m) => m.type)).toEqual(["offer", "offer"]);
  });

  it("shares the clipboard as far as the host allows it", async () => {
    const { session, peer, copied, toActive } = setUp();
    await toActive();
    const allow = (...more: Scope[]) => {
      const scopes: Scope[] = ["view", ...more];
      peer().listener.control({ type: "permissions", scopes, grantable: scopes });
    };
    let sent = 0;
    const comes = (text: string) =>
      peer().listener.clipboard({ type: "clipboard", sent: ++sent, text });
    allow();
    comes("unasked");
    expect(await session.put("unasked")).toBe("not_sent");
    allow("clipboard-to-host", "clipboard-from-host");
    comes("theirs");
    const put = session.put("mine");
    peer().listener.clipboard({ type: "ack", last: 1 });
    expect(await put).toBe("there");
    session.stop();
    expect(await session.put("late")).toBe("not_sent");
    expect(copied).toEqual(["theirs"]);
    expect(peer().clipboard.filter((m) => m.type === "clipboard")).toEqual([
      { type: "clipboard", sent: 1, text: "mine" },
    ]);
  });

  it("ends at once when the page leaves", async () => {
    const { session, link, toActive } = setUp();
    await toActive();
    session.leave();
    expect(link.sent.at(-1)).toEqual({ type: "end", reason: "technician_stopped" });
    expect(link.isClosed).toBe(true);
  });
});
