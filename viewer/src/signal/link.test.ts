import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { pauseBefore } from "./backoff.ts";
import { Link, technicianSide } from "./link.ts";
import type { Socket } from "./link.ts";

class FakeSocket implements Socket {
  onopen: (() => void) | null = null;
  onmessage: ((e: { data: unknown }) => void) | null = null;
  onclose: ((e: { code: number }) => void) | null = null;
  sent: string[] = [];
  closedWith: number | undefined;
  send(data: string): void {
    this.sent.push(data);
  }
  close(code?: number): void {
    this.closedWith = code;
  }
  types(): string[] {
    return this.sent.map((s) => (JSON.parse(s) as { type: string }).type);
  }
}

function setUp() {
  const sockets: FakeSocket[] = [];
  const told: string[] = [];
  const link = new Link({
    side: technicianSide,
    dial: () => {
      const socket = new FakeSocket();
      sockets.push(socket);
      return socket;
    },
    random: () => 0.5,
    listener: {
      message: (m) => told.push(m.type),
      up: (isUp) => told.push(isUp ? "up" : "down"),
      unreachable: () => told.push("unreachable"),
      failed: (code) => told.push(`failed ${code}`),
    },
  });
  const last = () => sockets.at(-1) as FakeSocket;
  const say = (m: object) => last().onmessage?.({ data: JSON.stringify(m) });
  const inSession = () => {
    link.send({ type: "ask", ask: ["view"] });
    last().onopen?.();
    say(requested);
  };
  return { link, sockets, told, last, say, inSession };
}

const requested = {
  type: "requested",
  sessionId: "s_1",
  token: "secret",
  host: { name: "pc", os: "" },
  expiresIn: 60,
};

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("pauseBefore", () => {
  it.each([
    [0, 250],
    [1, 500],
    [5, 8000],
    [6, 10_000],
    [400, 10_000],
  ])("try %i waits up to %i ms", (attempt, most) => {
    expect(pauseBefore(attempt, () => 0)).toBe(0);
    expect(pauseBefore(attempt, () => 0.999999)).toBeCloseTo(most, -1);
  });
});

describe("Link", () => {
  it("dials for the first message and sends it when the line is up", () => {
    const { link, sockets, last } = setUp();
    link.send({ type: "ask", ask: ["view"] });
    link.send({ type: "end", reason: "technician_stopped" });
    expect(sockets).toHaveLength(1);
    expect(last().sent).toEqual([]);
    last().onopen?.();
    expect(last().types()).toEqual(["ask", "end"]);
  });

  it("comes back with resume, and holds what is said meanwhile until resumed", () => {
    const { link, sockets, told, last, say, inSession } = setUp();
    inSession();
    last().onclose?.({ code: 1006 });
    link.send({ type: "ask", ask: ["view", "control"] });
    vi.advanceTimersByTime(125);
    expect(sockets).toHaveLength(2);
    last().onopen?.();
    expect(JSON.parse(last().sent[0] ?? "")).toEqual({
      type: "resume",
      version: 1,
      sessionId: "s_1",
      token: "secret",
    });
    expect(last().types()).toEqual(["resume"]);
    say({ type: "resumed", state: "active" });
    expect(last().types()).toEqual(["resume", "ask"]);
    expect(told).toEqual(["up", "requested", "down", "up", "resumed"]);
  });

  it("waits longer after every failure and starts over after a success", () => {
    const { sockets, last, say, inSession } = setUp();
    inSession();
    for (const pause of [125, 250, 500]) {
      const before = sockets.length;
      last().onclose?.({ code: 1006 });
      vi.advanceTimersByTime(pause - 1);
      expect(sockets).toHaveLength(before);
      vi.advanceTimersByTime(1);
      expect(sockets).toHaveLength(before + 1);
    }
    last().onopen?.();
    say({ type: "resumed", state: "active" });
    last().onclose?.({ code: 1012 });
    vi.advanceTimersByTime(125);
    expect(sockets).toHaveLength(5);
  });

  it("hurries when the network is back", () => {
    const { link, sockets, last, inSession } = setUp();
    inSession();
    last().onclose?.({ code: 1006 });
    link.hurry();
    expect(sockets).toHaveLength(2);
    vi.advanceTimersByTime(20_000);
    expect(sockets).toHaveLength(2);
  });

  it.each([
    [4007, "session_unknown"],
    [4008, "superseded"],
    [4004, "unauthenticated"],
    [4002, "unsupported_version"],
  ])("does not come back after %i", (closeCode, code) => {
    const { sockets, told, last, inSession } = setUp();
    inSession();
    last().onclose?.({ code: closeCode });
    vi.advanceTimersByTime(60_000);
    expect(sockets).toHaveLength(1);
    expect(told.at(-1)).toBe(`failed ${code}`);
  });

  it("does not come back without a session", () => {
    const { link, sockets, told, last } = setUp();
    link.send({ type: "ask", ask: ["view"] });
    last().onclose?.({ code: 1006 });
    vi.advanceTimersByTime(60_000);
    expect(sockets).toHaveLength(1);
    expect(told).toEqual(["unreachable"]);
  });

  it("keeps the line for the next session after an end", () => {
    const { link, sockets, last, say, inSession } = setUp();
    inSession();
    say({ type: "ended", reason: "declined" });
    link.release();
    link.send({ type: "ask", ask: ["view"] });
    expect(sockets).toHaveLength(1);
    expect(last().types()).toEqual(["ask", "ask"]);
  });

  it("takes an end instead of resumed for an end", () => {
    const { link, sockets, told, last, say, inSession } = setUp();
    inSession();
    last().onclose?.({ code: 1006 });
    vi.advanceTimersByTime(125);
    last().onopen?.();
    say({ type: "ended", reason: "host_lost" });
    link.release();
    last().onclose?.({ code: 1006 });
    vi.advanceTimersByTime(60_000);
    expect(sockets).toHaveLength(2);
    expect(told).toContain("ended");
  });

  it("gives a relay up that does not speak the protocol", () => {
    const { told, last, inSession } = setUp();
    inSession();
    last().onmessage?.({ data: "hello" });
    expect(last().types().at(-1)).toBe("error");
    expect(last().closedWith).toBe(1000);
    expect(told.at(-1)).toBe("failed bad_message");
  });

  it("keeps a bounded number of messages for a relay that is away", () => {
    const { link, last, say, inSession } = setUp();
    inSession();
    last().onclose?.({ code: 1006 });
    for (let i = 0; i < 200; i++) link.send({ type: "end", reason: String(i) });
    vi.advanceTimersByTime(125);
    last().onopen?.();
    say({ type: "resumed", state: "active" });
    expect(last().sent).toHaveLength(1 + 128);
    expect(last().sent.at(-1)).toContain('"199"');
  });
  it("keeps no offer for a new line: another one follows there", () => {
    const { link, last, say, inSession } = setUp();
    inSession();
    last().onclose?.({ code: 1006 });
    link.send({ type: "offer", sdp: "v=0", grant: "g" });
    link.send({ type: "candidate", candidate: "c" });
    link.send({ type: "end", reason: "technician_stopped" });
    vi.advanceTimersByTime(125);
    last().onopen?.();
    say({ type: "resumed", state: "active" });
    expect(last().types()).toEqual(["resume", "end"]);
  });
});

describe("a line that listens", () => {
  it("is up without anything to say, and comes back", () => {
    const { link, sockets, told, last } = setUp();
    link.listen(true);
    last().onopen?.();
    expect(last().sent).toEqual([]);
    last().onclose?.({ code: 1006 });
    vi.advanceTimersByTime(10_000);
    expect(sockets).toHaveLength(2);
    last().onopen?.();
    expect(told).toEqual(["up", "down", "up"]);
  });

  it("goes on when a session ends, and not after it was closed", () => {
    const { link, sockets, say, inSession, last } = setUp();
    link.listen(true);
    inSession();
    say({ type: "ended", reason: "declined" });
    link.release();
    last().onclose?.({ code: 1006 });
    vi.advanceTimersByTime(10_000);
    expect(sockets).toHaveLength(2);
    link.close();
    vi.advanceTimersByTime(60_000);
    expect(sockets).toHaveLength(2);
  });

  it("does not keep a code waiting for its pause", () => {
    const { link, last, sockets } = setUp();
    link.listen(true);
    last().onclose?.({ code: 1006 });
    link.send({ type: "ask", ask: ["view"] });
    expect(sockets).toHaveLength(2);
    last().onopen?.();
    expect(last().types()).toEqual(["ask"]);
  });

  it("stops at an end that is final", () => {
    const { link, last, sockets, told } = setUp();
    link.listen(true);
    last().onopen?.();
    last().onclose?.({ code: 4004 });
    vi.advanceTimersByTime(60_000);
    expect(sockets).toHaveLength(1);
    expect(told).toEqual(["up", "failed unauthenticated"]);
  });

  it("needs no line any more when nobody listens", () => {
    const { link, last, sockets } = setUp();
    link.listen(true);
    last().onopen?.();
    link.listen(false);
    expect(last().closedWith).toBe(1000);
    vi.advanceTimersByTime(60_000);
    expect(sockets).toHaveLength(1);
  });

  it("stays for the session that runs when nobody listens any more", () => {
    const { link, last, inSession } = setUp();
    link.listen(true);
    inSession();
    link.listen(false);
    expect(last().closedWith).toBeUndefined();
  });
});
