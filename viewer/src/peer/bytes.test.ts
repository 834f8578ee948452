import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Bytes } from "./bytes.ts";
import type { BytesListener } from "./bytes.ts";
import type { Identity } from "./certificate.ts";

const key = `sha-256 ${Array(32).fill("4A").join(":")}`;
const other = `sha-256 ${Array(32).fill("5B").join(":")}`;

class FakeChannel {
  readyState = "connecting";
  bufferedAmount = 0;
  sent: Uint8Array[] = [];
  onopen: (() => void) | null = null;
  onclose: (() => void) | null = null;
  onbufferedamountlow: (() => void) | null = null;
  onmessage: ((e: { data: unknown }) => void) | null = null;
  constructor(
    readonly label: string,
    readonly options: RTCDataChannelInit,
  ) {}
  send(data: Uint8Array): void {
    this.sent.push(data);
  }
}

let made: FakeConnection[] = [];

/** As much of an RTCPeerConnection as Bytes touch. */
class FakeConnection {
  signalingState = "stable";
  connectionState = "new";
  localDescription: { sdp: string } | null = null;
  remoteDescription: { sdp: string } | null = null;
  channels: FakeChannel[] = [];
  added: string[] = [];
  isClosed = false;
  onconnectionstatechange: (() => void) | null = null;
  constructor(readonly configuration: RTCConfiguration) {
    made.push(this);
  }
  createDataChannel(label: string, options: RTCDataChannelInit): FakeChannel {
    return this.channels[this.channels.push(new FakeChannel(label, options)) - 1]!;
  }
  createOffer(): Promise<{ sdp: string }> {
    return Promise.resolve({ sdp: "v=0 offer" });
  }
  setLocalDescription(d: { sdp: string }): Promise<void> {
    this.localDescription = d;
    this.signalingState = "have-local-offer";
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
  close(): void {
    this.isClosed = true;
  }
  become(state: string): void {
    this.connectionState = state;
    this.onconnectionstatechange?.();
  }
}

async function setUp() {
  const told: unknown[] = [];
  const listener: BytesListener = {
    say: (m) => told.push(m),
    open: () => told.push("open"),
    message: (data) => told.push(data),
    closed: () => told.push("closed"),
    mistrust: (why) => told.push(`mistrust: ${why}`),
  };
  const certificate = { name: "certificate" } as unknown as RTCCertificate;
  const identity: Identity = { certificate, fingerprint: "" };
  const bytes = new Bytes({ identity, iceServers: [], policy: "any", key, listener });
  await bytes.start();
  const pc = made.at(-1)!;
  const channel = pc.channels[0]!;
  const open = () => {
    channel.readyState = "open";
    channel.onopen?.();
  };
  return { bytes, pc, channel, told, open, certificate };
}

beforeEach(() => {
  made = [];
  vi.useFakeTimers();
  vi.stubGlobal("RTCPeerConnection", FakeConnection);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const answer = (named: string) => `v=0\r\na=fingerprint:${named}\r\n`;

describe("the connection for bytes", () => {
  it("has the session's certificate, and one channel", async () => {
    const { pc, channel, told, certificate } = await setUp();
    expect(pc.configuration.certificates).toEqual([certificate]);
    expect([channel.label, channel.options]).toEqual(["bytes", { negotiated: true, id: 0 }]);
    expect(told).toEqual([{ type: "offer", sdp: "v=0 offer" }]);
  });

  it("is made with nobody but the host of the desktop", async () => {
    const { bytes, pc, told } = await setUp();
    await bytes.answer(answer(other));
    expect(told.at(-1)).toBe("mistrust: an answer names another key");
    expect(pc.remoteDescription).toBeNull();
    await bytes.answer(answer(key));
    expect(pc.remoteDescription).not.toBeNull();
    await bytes.candidate({ type: "candidate", candidate: "candidate:1", sdpMid: "0" });
    expect(pc.added).toEqual(["candidate:1"]);
  });

  it("lets no more wait in the browser than there is room for", async () => {
    const { bytes, channel, open } = await setUp();
    await bytes.send(new Uint8Array(1));
    expect(channel.sent.length).toBe(0);
    open();
    await bytes.send(new Uint8Array(1));
    channel.bufferedAmount = 300 * 1024;
    const second = bytes.send(new Uint8Array(2));
    await vi.advanceTimersByTimeAsync(1000);
    expect(channel.sent.length).toBe(1);
    channel.bufferedAmount = 0;
    channel.onbufferedamountlow?.();
    await second;
    expect(channel.sent.length).toBe(2);
  });

  it("sends nothing more once it has ended, and keeps nobody waiting", async () => {
    const { bytes, channel, open, pc } = await setUp();
    open();
    channel.bufferedAmount = 300 * 1024;
    const sent = bytes.send(new Uint8Array(2));
    bytes.close();
    await sent;
    expect(channel.sent.length).toBe(0);
    expect([bytes.isOpen, pc.isClosed]).toEqual([false, true]);
  });

  it.each([
    ["failed", 0],
    ["disconnected", 2000],
  ])("says that it has ended when it is %s for %i ms, once", async (state, ms) => {
    const { channel, pc, told, open } = await setUp();
    open();
    pc.become(state);
    await vi.advanceTimersByTimeAsync(ms);
    channel.onclose?.();
    expect(told.filter((t) => t === "closed").length).toBe(1);
    expect(pc.isClosed).toBe(true);
  });

  it("survives a moment without the network", async () => {
    const { pc, told, open } = await setUp();
    open();
    pc.become("disconnected");
    await vi.advanceTimersByTimeAsync(1500);
    pc.become("connected");
    await vi.advanceTimersByTimeAsync(5000);
    expect(told).not.toContain("closed");
  });

  it("takes bytes, and text for nothing", async () => {
    const { channel, told } = await setUp();
    channel.onmessage?.({ data: Uint8Array.of(1, 2).buffer });
    channel.onmessage?.({ data: "text" });
    expect(told.slice(-2)).toEqual([Uint8Array.of(1, 2), new Uint8Array()]);
  });
});
