import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Identity } from "./certificate.ts";
import type { AllFigures } from "./merge.ts";
import { policyOf } from "./path.ts";
import { Peer } from "./peer.ts";
import type { PeerListener } from "./peer.ts";

class FakeChannel {
  readyState = "connecting";
  sent: string[] = [];
  onopen: (() => void) | null = null;
  onclose: (() => void) | null = null;
  onmessage: ((e: { data: unknown }) => void) | null = null;
  constructor(
    readonly label: string,
    readonly options: RTCDataChannelInit,
  ) {}
  send(data: string): void {
    this.sent.push(data);
  }
}

let connections: FakeConnection[] = [];

/** As much of an RTCPeerConnection as a Peer touches. */
class FakeConnection {
  signalingState = "stable";
  sctp: { transport: { state: string; getRemoteCertificates?: () => ArrayBuffer[] } } | null = null;
  connectionState = "new";
  localDescription: { sdp: string } | null = null;
  remoteDescription: { sdp: string } | null = null;
  channels: FakeChannel[] = [];
  added: string[] = [];
  isClosed = false;
  heard = 0;
  onicecandidate: ((e: { candidate: object | null }) => void) | null = null;
  onconnectionstatechange: (() => void) | null = null;
  constructor(public configuration: RTCConfiguration) {
    connections.push(this);
  }
  createDataChannel(label: string, options: RTCDataChannelInit): FakeChannel {
    const channel = new FakeChannel(label, options);
    this.channels.push(channel);
    return channel;
  }
  addTransceiver(): object {
    return { receiver: {} };
  }
  createOffer(options: RTCOfferOptions): Promise<{ sdp: string }> {
    return Promise.resolve({ sdp: options.iceRestart ? "v=0 restart" : "v=0 first" });
  }
  setLocalDescription(d: { sdp: string }): Promise<void> {
    this.localDescription = d;
    this.signalingState = "have-local-offer";
    this.onicecandidate?.({ candidate: { candidate: "early", sdpMid: "0" } });
    return Promise.resolve();
  }
  setRemoteDescription(d: { sdp: string }): Promise<void> {
    this.remoteDescription = d;
    this.signalingState = "stable";
    return Promise.resolve();
  }
  addIceCandidate(c: RTCIceCandidateInit): Promise<void> {
    this.added.push(c.candidate ?? "");
    return Promise.resolve();
  }
  getConfiguration(): RTCConfiguration {
    return this.configuration;
  }
  setConfiguration(c: RTCConfiguration): void {
    this.configuration = c;
  }
  getStats(): Promise<Map<string, object>> {
    const pair = { type: "candidate-pair", selected: true, bytesReceived: this.heard };
    return Promise.resolve(new Map([["P", pair]]));
  }
  close(): void {
    this.isClosed = true;
  }
  become(state: string): void {
    this.connectionState = state;
    this.onconnectionstatechange?.();
  }
}

/** The line that names a certificate, of one byte again and again. */
const key = (byte: string) => `a=fingerprint:sha-256 ${Array(32).fill(byte).join(":")}\r\n`;
const answer = (text: string, byte = "4A") => `v=0 ${text}\r\n${key(byte)}`;

const servers = [{ urls: ["turn:help.example:443"], username: "u", credential: "c" }];

function setUp(policy: "any" | "relay" | "direct" = "any") {
  const told: string[] = [];
  const figures: AllFigures[] = [];
  const listener: PeerListener = {
    offer: (sdp) => told.push(`offer ${sdp}`),
    candidate: (c) => told.push(`candidate ${c?.candidate ?? "none"}`),
    connected: () => told.push("connected"),
    lost: () => told.push("lost"),
    stream: () => {},
    controlOpen: () => told.push("open"),
    control: (m) => told.push(m.type),
    chatOpen: () => told.push("chat open"),
    filesOpen: () => {},
    files: (m) => told.push(m.type),
    clipboard: (m) => told.push(m.type === "clipboard" ? m.text : `there ${m.last}`),
    chat: (m) => told.push(m.type === "chat" ? m.text : `heard ${m.last}`),
    ack: (last) => told.push(`ack ${last}`),
    cursor: (m) => told.push(m.type),
    figures: (f) => figures.push(f),
    mistrust: (why) => told.push(`mistrust ${why}`),
    broken: (why) => told.push(`broken ${why}`),
  };
  const identity = { certificate: {}, fingerprint: "" } as unknown as Identity;
  const peer = new Peer({ identity, iceServers: servers, policy, listener });
  const pc = connections.at(-1) as FakeConnection;
  const channel = (n: number) => pc.channels[n] as FakeChannel;
  return { peer, pc, told, figures, channel };
}

beforeEach(() => {
  connections = [];
  vi.useFakeTimers();
  vi.stubGlobal("RTCPeerConnection", FakeConnection);
  vi.stubGlobal("RTCIceCandidate", class {});
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("Peer", () => {
  it("opens the channels that the protocol lists", () => {
    const { pc } = setUp();
    const lossy = { negotiated: true, ordered: false, maxRetransmits: 0 };
    expect(pc.channels.map((c) => [c.label, c.options])).toEqual([
      ["control", { negotiated: true, id: 0 }],
      ["input", { ...lossy, id: 1 }],
      ["pointer", { ...lossy, id: 2 }],
      ["cursor", { ...lossy, id: 3 }],
      ["tile", { ...lossy, id: 4 }],
      ["chat", { negotiated: true, id: 5 }],
      ["clipboard", { negotiated: true, id: 6 }],
      ["files", { negotiated: true, id: 7 }],
    ]);
  });

  it.each([
    ["any", "all"],
    ["relay", "relay"],
    ["direct", "all"],
  ] as const)("goes %s way: transport %s, and keeps the servers", (policy, transport) => {
    const { peer, pc } = setUp(policy);
    expect(pc.configuration.iceTransportPolicy).toBe(transport);
    peer.renew(servers);
    expect(pc.configuration.iceServers).toEqual(servers);
    expect(pc.configuration.certificates).toHaveLength(1);
  });

  it("counts the host's figures while they are fresh", async () => {
    const { pc, told, figures, channel } = setUp();
    pc.become("connected");
    const data = '{"type":"figures","pictures":3,"cores":2,"machine":0.5}';
    channel(0).onmessage?.({ data });
    expect(told).toEqual(["connected"]);
    await vi.advanceTimersByTimeAsync(1000);
    expect(figures.at(-1)).toEqual({ pictures: 3, cores: 2, machine: 0.5 });
    await vi.advanceTimersByTimeAsync(2000);
    expect(figures.at(-1)).toEqual({});
  });

  it("sends its candidates after the offer that they belong to", async () => {
    const { peer, pc, told } = setUp();
    await peer.start();
    pc.onicecandidate?.({ candidate: { candidate: "" } });
    pc.onicecandidate?.({ candidate: null });
    expect(told).toEqual(["offer v=0 first", "candidate early", "candidate none"]);
  });

  it("keeps the host's candidates until its answer", async () => {
    const { peer, pc } = setUp();
    await peer.start();
    await peer.candidate({ type: "candidate", candidate: "c1" });
    expect(pc.added).toEqual([]);
    await peer.answer(answer("answer"));
    await peer.candidate({ type: "candidate", candidate: "c2" });
    expect(pc.added).toEqual(["c1", "c2"]);
    await peer.answer(answer("late"));
    expect(pc.remoteDescription?.sdp).toBe(answer("answer"));
  });

  it("uses no relayed candidate of either side when it must go direct", async () => {
    const { peer, pc, told } = setUp("direct");
    const relayed = "candidate:2 1 udp 1 192.0.2.9 50002 typ relay raddr 0.0.0.0 rport 0";
    await peer.start();
    pc.onicecandidate?.({ candidate: { candidate: relayed } });
    await peer.candidate({ type: "candidate", candidate: relayed });
    await peer.answer(`v=0\r\na=${relayed}\r\na=mid:0\r\n${key("4A")}`);
    await peer.candidate({ type: "candidate", candidate: relayed });
    await peer.candidate({ type: "candidate", candidate: "c1" });
    expect(told).toEqual(["offer v=0 first", "candidate early"]);
    expect(pc.remoteDescription?.sdp).toBe(`v=0\r\na=mid:0\r\n${key("4A")}`);
    expect(pc.added).toEqual(["c1"]);
  });

  it.each([
    ["another key", answer("again", "4B")],
    ["two keys", answer("again") + key("4B")],
    ["no key", "v=0 again"],
    ["a key of another kind", "v=0 again\r\na=fingerprint:sha-1 4A:4A\r\n"],
  ])("takes no answer with %s than the first", async (_, other) => {
    const { peer, pc, told } = setUp();
    await peer.start();
    await peer.answer(answer("answer"));
    pc.signalingState = "have-local-offer";
    await peer.answer(other);
    expect(pc.remoteDescription?.sdp).toBe(answer("answer"));
    expect(told.at(-1)).toBe("mistrust an answer names another key");
  });

  it("takes no first answer without a key", async () => {
    const { peer, pc, told } = setUp();
    await peer.start();
    await peer.answer("v=0 answer");
    expect(pc.remoteDescription).toBeNull();
    expect(told.at(-1)).toBe("mistrust an answer names another key");
  });

  it("does not try again when the other end has not proved its key", async () => {
    const { peer, pc, told } = setUp();
    await peer.start();
    await peer.answer(answer("answer"));
    pc.sctp = { transport: { state: "failed" } };
    pc.become("failed");
    await vi.advanceTimersByTimeAsync(10_000);
    expect(told.at(-1)).toBe("mistrust the other end did not prove its key");
    expect(told).not.toContain("offer v=0 restart");
  });

  it("tells the key that was proved", async () => {
    const { peer, pc } = setUp();
    expect(await peer.proved()).toBeUndefined();
    await peer.start();
    await peer.answer(answer("answer"));
    pc.sctp = { transport: Object.assign(new EventTarget(), { state: "connecting" }) };
    const never = peer.proved();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(await never).toBeUndefined();
    pc.sctp = { transport: { state: "connected" } };
    expect(await peer.proved()).toBe(`sha-256 ${Array(32).fill("4A").join(":")}`);
    const der = new TextEncoder().encode("abc").buffer;
    pc.sctp = { transport: { state: "connected", getRemoteCertificates: () => [der] } };
    // FIPS 180-2 appendix B.1.
    expect(await peer.proved()).toMatch(/^sha-256 BA:78:16:BF:.*:F2:00:15:AD$/);
  });

  it("waits for the browser to say that the key was proved", async () => {
    const { peer, pc } = setUp();
    await peer.start();
    await peer.answer(answer("answer"));
    const transport = Object.assign(new EventTarget(), { state: "new" });
    pc.sctp = { transport };
    const proved = peer.proved();
    for (const state of ["connecting", "connected"]) {
      transport.state = state;
      transport.dispatchEvent(new Event("statechange"));
    }
    expect(await proved).toBe(`sha-256 ${Array(32).fill("4A").join(":")}`);
  });

  it("goes on restarting when a restart fails, and gives up when the first offer does", async () => {
    const { peer, pc, told } = setUp();
    await peer.start();
    await peer.answer(answer("answer"));
    pc.become("failed");
    const fail = () => Promise.reject(new Error("stale"));
    const { createOffer } = pc;
    pc.createOffer = fail;
    await vi.advanceTimersByTimeAsync(1000);
    pc.createOffer = createOffer;
    await vi.advanceTimersByTimeAsync(5000);
    expect(told.filter((t) => t === "offer v=0 restart")).toHaveLength(1);
    pc.setRemoteDescription = fail;
    await peer.answer(answer("of an earlier offer"));
    expect(told.filter((t) => t.startsWith("broken"))).toEqual([]);

    const other = setUp();
    other.pc.createOffer = fail;
    await other.peer.start();
    expect(other.told).toEqual(["broken offer: Error: stale"]);
  });

  it("restarts after a second of disconnection, and again every five", async () => {
    const { peer, pc, told } = setUp();
    await peer.start();
    await peer.answer(answer("first answer"));
    pc.become("connected");
    pc.become("disconnected");
    await vi.advanceTimersByTimeAsync(999);
    expect(told).not.toContain("lost");
    await vi.advanceTimersByTimeAsync(1);
    expect(told.filter((t) => t === "lost" || t === "offer v=0 restart")).toHaveLength(2);
    await peer.answer(answer("answer"));
    await vi.advanceTimersByTimeAsync(5000);
    expect(told.filter((t) => t === "offer v=0 restart")).toHaveLength(2);
    pc.become("connected");
    await vi.advanceTimersByTimeAsync(3000);
    expect(told.filter((t) => t === "offer v=0 restart")).toHaveLength(2);
    expect(told.filter((t) => t === "connected")).toHaveLength(2);
  });

  it("makes no other offer while one waits for its answer, unless that takes too long", async () => {
    const { peer, pc, told } = setUp();
    await peer.start();
    await peer.answer(answer("answer"));
    pc.become("failed");
    const made = vi.spyOn(pc, "createOffer");
    const offers = () => told.filter((t) => t === "offer v=0 restart").length;
    await vi.advanceTimersByTimeAsync(19_000);
    expect(made).toHaveBeenCalledOnce();
    expect(offers()).toBe(4); // the same, every five seconds
    await vi.advanceTimersByTimeAsync(6000);
    expect(made).toHaveBeenCalledTimes(2);
  });

  it("sends an offer again that a path outran, and makes no other meanwhile", async () => {
    const { peer, pc, told } = setUp();
    await peer.start();
    await peer.answer(answer("answer"));
    pc.become("connected");
    pc.become("disconnected");
    await vi.advanceTimersByTimeAsync(1000);
    pc.become("connected"); // by itself, and the host answers no offer that it does not need
    await vi.advanceTimersByTimeAsync(2000);
    const made = vi.spyOn(pc, "createOffer");
    const offers = () => told.filter((t) => t === "offer v=0 restart").length;
    expect(offers()).toBe(1);
    pc.become("disconnected");
    await vi.advanceTimersByTimeAsync(1000);
    expect(offers()).toBe(2);
    expect(made).not.toHaveBeenCalled();
  });

  it("restarts when a restart has taken the path away and finds no other", async () => {
    const { peer, pc, told } = setUp();
    pc.become("connecting");
    await peer.start();
    await peer.answer(answer("answer"));
    await vi.advanceTimersByTimeAsync(6000);
    expect(told).not.toContain("offer v=0 restart");
    pc.become("connected");
    pc.become("connecting");
    await vi.advanceTimersByTimeAsync(4900);
    expect(told).not.toContain("offer v=0 restart");
    await vi.advanceTimersByTimeAsync(100);
    expect(told).toContain("offer v=0 restart");
  });

  it("waits a second for late candidates when the first ones fail", async () => {
    const { peer, pc, told } = setUp();
    await peer.start();
    await peer.answer(answer("answer"));
    pc.become("failed");
    await vi.advanceTimersByTimeAsync(900);
    pc.become("connected");
    await vi.advanceTimersByTimeAsync(2000);
    expect(told).not.toContain("offer v=0 restart");
    expect(told).not.toContain("lost");
  });

  it("does not restart for a disconnection of less than a second", async () => {
    const { peer, pc, told } = setUp();
    await peer.start();
    pc.become("connected");
    pc.become("disconnected");
    await vi.advanceTimersByTimeAsync(500);
    pc.become("connected");
    await vi.advanceTimersByTimeAsync(2000);
    expect(told).not.toContain("lost");
  });

  it("notices silence before the browser does, and its end", async () => {
    const { peer, pc, told } = setUp();
    await peer.start();
    pc.become("connected");
    for (let i = 0; i < 5; i++) {
      pc.heard++;
      await vi.advanceTimersByTimeAsync(1000);
    }
    expect(told).not.toContain("lost");
    await vi.advanceTimersByTimeAsync(5000);
    expect(told.filter((t) => t === "lost")).toHaveLength(1);
    pc.heard++;
    await vi.advanceTimersByTimeAsync(1000);
    expect(told.at(-1)).toBe("connected");
  });

  it("reads its channels, and refuses what it cannot read", () => {
    const { told, channel } = setUp();
    channel(0).readyState = "open";
    channel(0).onmessage?.({ data: '{"type":"screen","width":8,"height":6}' });
    channel(1).onmessage?.({ data: '{"type":"ack","last":7}' });
    channel(0).onmessage?.({ data: '{"type":"ack","last":7}' });
    expect(told).toEqual(["screen", "ack 7", "broken unknown message type ack"]);
    expect(channel(0).sent[0]).toContain('"code":"unknown_message"');
  });

  it("carries what people write, on a channel of its own", () => {
    const { told, channel, peer } = setUp();
    const written = { type: "chat", sent: 1, text: "hello" } as const;
    expect(peer.sendChat(written)).toBe(false);
    channel(5).readyState = "open";
    channel(5).onopen?.();
    expect(peer.sendChat(written)).toBe(true);
    expect(channel(5).sent).toEqual(['{"type":"chat","sent":1,"text":"hello"}']);
    channel(5).onmessage?.({ data: '{"type":"ack","last":1}' });
    channel(5).onmessage?.({ data: '{"type":"chat","sent":1,"text":"<b>hi</b>"}' });
    channel(5).onmessage?.({ data: '{"type":"chat","sent":1,"text":"a\\nb"}' });
    expect(told.slice(0, 3)).toEqual(["chat open", "heard 1", "<b>hi</b>"]);
    expect(told.at(-1)).toContain("text without control characters");
  });

  it("ends with a host that says too much", () => {
    const { peer, told, channel } = setUp();
    channel(0).readyState = "open";
    const say = () => channel(0).onmessage?.({ data: '{"type":"screen","width":8,"height":6}' });
    for (let n = 0; n < 1000; n++) say();
    expect(new Set(told)).toEqual(new Set(["screen"]));
    say();
    expect(told.at(-1)).toBe("broken more than 500 messages a second");
    expect(channel(0).sent[0]).toContain('"code":"too_fast"');
    peer.close();
  });

  it("is silent after its end", async () => {
    const { peer, pc, told, channel } = setUp();
    await peer.start();
    pc.become("connected");
    await vi.advanceTimersByTimeAsync(0);
    peer.close();
    const before = told.length;
    pc.become("failed");
    channel(0).onmessage?.({ data: "x" });
    channel(0).onclose?.();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(pc.isClosed).toBe(true);
    expect(told).toHaveLength(before);
  });
});

describe("policyOf", () => {
  it.each([
    ["", "any"],
    ["?path=relay", "relay"],
    ["?x=1&path=direct", "direct"],
    ["?path=other", "any"],
  ])("%j is %s", (search, policy) => expect(policyOf(search)).toBe(policy));
});
