import { describe, expect, it } from "vitest";
import type { FromControlToSession, FromRelay, Scope } from "../protocol/message.ts";
import {
  allows,
  askingFor,
  couldAllowControl,
  idle,
  canHave,
  isPaused,
  may,
  mayControl,
  next,
} from "./state.ts";
import type { Live, SessionEvent, State } from "./state.ts";

const wish = { ask: ["view" as const, "control" as const], ticket: "" };
const relay = (message: FromRelay, now = 0): SessionEvent => ({ type: "relay", message, now });
const host = (message: FromControlToSession, now = 0): SessionEvent => ({
  type: "host",
  message,
  now,
});

const requested = {
  type: "requested",
  sessionId: "s",
  token: "t",
  host: { name: "pc", os: "Debian" },
  expiresIn: 60,
} as const;
const grantedAll = {
  type: "granted" as const,
  grant: "g",
  scopes: ["view", "control"] as Scope[],
  iceServers: [],
} satisfies FromRelay;

const steps = {
  redeem: { type: "redeem", wish },
  requested: relay(requested),
  granted: relay(grantedAll),
  connected: { type: "connected", now: 1000 },
  viewing: host({ type: "permissions", scopes: ["view"], grantable: ["view", "control"] }),
  controlling: host({
    type: "permissions",
    scopes: ["view", "control"],
    grantable: ["view", "control"],
  }),
} as const satisfies Record<string, SessionEvent>;

function after(...events: SessionEvent[]): State {
  return events.reduce(next, idle);
}

function live(...events: SessionEvent[]): Live {
  const s = after(steps.redeem, steps.requested, steps.granted, ...events);
  if (s.phase !== "live") throw new Error(`phase ${s.phase}`);
  return s;
}

describe("a pause of the person's", () => {
  const paused = host({
    type: "permissions",
    scopes: ["view", "control"],
    grantable: ["view", "control"],
    paused: true,
  });

  it("takes the picture and the hands away, and nothing that is allowed", () => {
    const s = live(steps.connected, steps.controlling, { type: "picture" }, paused);
    expect(s).toMatchObject({ hasPicture: false, stage: "active" });
    expect([isPaused(s), mayControl(s), allows(s, "control")]).toEqual([true, false, true]);
  });

  it("shows no late frame, nor what was refused meanwhile", () => {
    const s = live(steps.connected, steps.controlling, paused, { type: "picture" });
    const refused = { type: "error", code: "scope_missing", message: "no" } as const;
    expect(next(s, host(refused))).toMatchObject({ hasPicture: false });
    expect(next(s, host(refused))).not.toHaveProperty("problem");
  });

  it("ends with control and the next frame", () => {
    const s = live(steps.connected, steps.controlling, paused, steps.controlling);
    expect([isPaused(s), mayControl(s), s.hasPicture]).toEqual([false, true, false]);
    expect(next(s, { type: "picture" })).toMatchObject({ hasPicture: true });
  });
});

describe("a recording", () => {
  const told = { ...grantedAll, recorded: true, readers: ["Auditors"], sealed: true };
  const recording = { readers: ["Auditors"], isSealed: true };

  it("is known when the person has agreed, and stays", () => {
    const s = next(after(steps.redeem, steps.requested), relay(told));
    expect(s).toMatchObject({ phase: "live", recording });
    expect(next(s, steps.granted)).toMatchObject({ recording });
    expect(live()).not.toHaveProperty("recording");
    expect(next(live(), relay(told))).toMatchObject({ recording }); // agreed to later
  });

  it("says why there is none", () => {
    const none = relay({ ...requested, unrecorded: "storage_full" });
    const s = after(steps.redeem, none);
    expect(s).toMatchObject({ phase: "requested", unrecorded: "storage_full" });
    expect(next(s, steps.granted)).toMatchObject({ phase: "live", unrecorded: "storage_full" });
    const asked = relay({ ...requested, recorded: true });
    expect(after(steps.redeem, asked)).toMatchObject({ isRecorded: true });
  });
});

describe("what was written", () => {
  const lines = [{ isMine: true, text: "hello", isHeard: true }];

  it("stays through a lost connection, and is gone with the session", () => {
    const s = live(steps.connected, { type: "said", lines }, { type: "lost" });
    expect(s.lines).toEqual(lines);
    expect(next(s, { type: "stop", now: 0 })).not.toHaveProperty("lines");
    expect(next(idle, { type: "said", lines })).toBe(idle);
  });
});

describe("what the organisation allows", () => {
  it("is known from the newest limits", () => {
    const s = live(relay({ type: "limits", scopes: ["view"], endsIn: 60 }, 5000));
    expect(s).toMatchObject({ limits: { scopes: ["view"] }, endsAt: 65_000 });
    const later = next(s, relay({ type: "limits", scopes: ["view"] }, 6000));
    expect(later).not.toHaveProperty("endsAt");
  });

  it("changes nothing without a session", () => {
    const s = after(steps.redeem);
    expect(next(s, relay({ type: "limits", scopes: ["view"] }))).toBe(s);
  });
});

describe("the way to a session", () => {
  it("goes from the code to the picture", () => {
    expect(after(steps.redeem).phase).toBe("redeeming");
    const asked = after(steps.redeem, { ...steps.requested, now: 5000 } as SessionEvent);
    expect(asked).toMatchObject({ phase: "requested", deadline: 65_000, host: { name: "pc" } });
    expect(live()).toMatchObject({ stage: "connecting", hasPicture: false });
    expect(live(steps.connected)).toMatchObject({ stage: "active", since: 1000 });
    expect(live(steps.connected, { type: "picture" }).hasPicture).toBe(true);
  });

  it("comes back to the code when it is not valid", () => {
    const m = { type: "error", code: "code_invalid", message: "no", hint: "ask" } as const;
    expect(after(steps.redeem, relay(m))).toEqual({
      phase: "idle",
      problem: { kind: "error", code: "code_invalid", message: "no", hint: "ask" },
    });
  });

  it("ends when the person says no", () => {
    const s = after(steps.redeem, steps.requested, relay({ type: "ended", reason: "declined" }));
    expect(s).toEqual({
      phase: "ended",
      cause: { kind: "reason", reason: "declined" },
      host: { name: "pc", os: "Debian" },
    });
  });

  it("can be left while the person is asked", () => {
    expect(after(steps.redeem, steps.requested, { type: "cancel" })).toBe(idle);
  });

  it("does not take the end of the session before for its own", () => {
    const s = after(steps.redeem, relay({ type: "ended", reason: "technician_stopped" }));
    expect(s.phase).toBe("redeeming");
  });
});

describe("in a session", () => {
  it("allows control only while the host says so and media flows", () => {
    expect(mayControl(live())).toBe(false);
    expect(mayControl(live(steps.controlling))).toBe(false);
    expect(mayControl(live(steps.connected))).toBe(false);
    expect(mayControl(live(steps.connected, steps.controlling))).toBe(true);
    expect(mayControl(live(steps.connected, steps.controlling, { type: "lost" }))).toBe(false);
    expect(mayControl(live(steps.connected, steps.controlling, steps.viewing))).toBe(false);
  });

  it("knows what the person could still allow", () => {
    const s = live(steps.connected, steps.viewing);
    expect(allows(s, "view")).toBe(true);
    expect(allows(s, "control")).toBe(false);
    expect(couldAllowControl(s)).toBe(true);
    const less = host({ type: "permissions", scopes: ["view"], grantable: ["view"] });
    expect(couldAllowControl(live(less))).toBe(false);
  });

  it("reconnects and keeps the time of the first picture", () => {
    const s = live(steps.connected, { type: "lost" }, { type: "connected", now: 9000 });
    expect(s).toMatchObject({ stage: "active", since: 1000 });
    expect(live(steps.connected, { type: "lost" }).stage).toBe("reconnecting");
  });

  it("stays when only the relay is away", () => {
    const s = live(steps.connected, steps.controlling, { type: "link", isUp: false });
    expect(s.isLinkUp).toBe(false);
    expect(mayControl(s)).toBe(true);
  });

  it("hears the answer to asking for more", () => {
    const asked = live(steps.connected, steps.viewing, {
      type: "ask",
      scopes: ["view", "control"],
    });
    expect(asked.asking).toBe("asked");
    expect(next(asked, relay({ type: "refused", reason: "declined" }))).toMatchObject({
      asking: "declined",
    });
    expect(next(asked, { type: "askTimedOut" })).toMatchObject({ asking: "no_answer" });
    expect(next(asked, steps.controlling)).toMatchObject({ asking: "no" });
  });

  it("goes on after an error and says it", () => {
    const m = { type: "error", code: "wrong_state", message: "not now" } as const;
    const s = live(steps.connected, { type: "ask", scopes: ["view", "control"] }, relay(m));
    expect(s.asking).toBe("no");
    expect(s.problem).toEqual({ kind: "error", code: "wrong_state", message: "not now" });
  });

  it("says that input was refused only where it was allowed", () => {
    const refused = host({ type: "error", code: "scope_missing", message: "no" });
    expect(live(steps.connected, steps.controlling, refused).problem).toBeDefined();
    expect(live(steps.connected, steps.viewing, refused).problem).toBeUndefined();
  });

  it("says that the monitor that was shown is gone, and nothing of any other", () => {
    const monitor = (id: number) => ({
      id,
      name: `DP-${id}`,
      x: 0,
      y: 0,
      width: 800,
      height: 600,
      primary: id === 1,
    });
    const list = (shown: number, ...ids: number[]): SessionEvent =>
      host({ type: "monitors", monitors: ids.map(monitor), shown });
    expect(live(list(2, 1, 2)).monitors).toMatchObject({ shown: 2 });
    expect(live(list(2, 1, 2), list(1, 1)).problem).toMatchObject({ code: "monitor_gone" });
    expect(live(list(1, 1, 2), list(1, 1)).problem).toBeUndefined();
    expect(live(list(-1, 1, 2), list(-1, 1)).problem).toBeUndefined();
    expect(live(list(2, 1, 2), list(1, 1, 2)).problem).toBeUndefined();
  });

  it("knows the size of the screen", () => {
    const screen = { type: "screen", width: 1920, height: 1080 } as const;
    expect(live(host(screen)).screen).toEqual(screen);
  });
});

describe("the end", () => {
  it.each<[string, SessionEvent]>([
    ["the relay", relay({ type: "ended", reason: "host_stopped" }, 61_000)],
    ["the host's own word", host({ type: "ended", reason: "host_stopped" }, 61_000)],
  ])("by %s has its reason and its length", (_, e) => {
    const s = next(live(steps.connected), e);
    expect(s).toMatchObject({
      phase: "ended",
      cause: { kind: "reason", reason: "host_stopped" },
      lasted: 60_000,
    });
    expect(next(s, relay({ type: "ended", reason: "error" }))).toBe(s);
    expect(next(s, { type: "again" })).toBe(idle);
  });

  it("has no length without a connection", () => {
    expect(next(live(), { type: "stop", now: 5000 })).not.toHaveProperty("lasted");
  });

  it("comes from a failure of the line too", () => {
    const cause = { kind: "error", code: "session_unknown" } as const;
    expect(next(live(), { type: "failed", cause, now: 0 })).toMatchObject({ cause });
    expect(next(after(steps.redeem), { type: "failed", cause, now: 0 })).toEqual({
      phase: "idle",
      problem: cause,
    });
    expect(next(idle, { type: "failed", cause, now: 0 })).toBe(idle);
  });
});

describe("asking for the clipboard", () => {
  const clipboard = ["view", "control", "clipboard-to-host"] as const;
  const says = (scopes: readonly Scope[]): SessionEvent => ({
    type: "host",
    message: {
      type: "permissions",
      scopes: [...scopes],
      grantable: [...scopes],
      possible: [...clipboard],
    },
    now: 0,
  });
  const asked = () =>
    live(steps.connected, says(["view", "control"]), { type: "ask", scopes: [...clipboard] });

  it("is open while the question is, which leaves nothing but view", () => {
    const s = next(asked(), says(["view"])) as Live;
    expect(askingFor(s, "clipboard-to-host")).toBe("asked");
    expect(askingFor(s, "control")).toBe("no");
    expect(may(s, "clipboard-to-host")).toBe(false);
    const back = next(
      next(s, relay({ type: "refused", reason: "declined" })),
      says(["view", "control"]),
    );
    expect(askingFor(back as Live, "clipboard-to-host")).toBe("declined");
  });

  it("is over when it is allowed, and when the rest is", () => {
    expect(next(asked(), says(clipboard))).toMatchObject({ asking: "no" });
    const grant = { type: "granted" as const, grant: "g", iceServers: [] };
    expect(next(asked(), relay({ ...grant, scopes: ["view", "control"] }))).toMatchObject({
      asking: "declined",
    });
    expect(next(asked(), relay({ ...grant, scopes: [...clipboard] }))).toMatchObject({
      asking: "asked",
    });
  });

  it("makes sense where the host is able to", () => {
    expect(canHave(asked(), "clipboard-to-host")).toBe(true);
    expect(canHave(asked(), "clipboard-from-host")).toBe(false);
    expect(may(next(asked(), says(clipboard)) as Live, "clipboard-to-host")).toBe(true);
  });
});
