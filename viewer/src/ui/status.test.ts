import { describe, expect, it } from "vitest";
import type { Live } from "../session/state.ts";
import { announcement, connectionWords, isYielding, modeOf } from "./status.ts";

const live: Live = {
  phase: "live",
  host: { name: "reception-pc", os: "" },
  stage: "active",
  isLinkUp: true,
  granted: ["view"],
  permissions: { type: "permissions", scopes: ["view"], grantable: ["view"] },
  hasPicture: true,
  asking: "no",
};

describe("connectionWords", () => {
  it.each<[string, Partial<Live>]>([
    ["Connecting…", { stage: "connecting" }],
    ["Reconnecting…", { stage: "reconnecting", path: "direct" }],
    ["Direct", { path: "direct" }],
    ["Relayed", { path: "relay" }],
    ["Connected", {}],
  ])("%s", (label, change) => expect(connectionWords({ ...live, ...change }).label).toBe(label));

  it("says that the relay is away", () => {
    expect(connectionWords({ ...live, path: "direct", isLinkUp: false }).detail).toContain("away");
  });
});

describe("modeOf", () => {
  it("offers to ask only when the grant lacks control", () => {
    expect(modeOf(live)).toMatchObject({ label: "View only", detail: "", canAsk: true });
    const grantable = { ...live.permissions!, grantable: ["view" as const, "control" as const] };
    expect(modeOf({ ...live, permissions: grantable })).toMatchObject({
      detail: "reception-pc can allow control on their side",
      canAsk: false,
    });
    expect(modeOf({ ...live, stage: "reconnecting" }).canAsk).toBe(false);
  });

  it("offers nothing that this host cannot have", () => {
    const permissions = { ...live.permissions!, possible: ["view" as const] };
    const detail = "This host can only be looked at";
    for (const asking of ["no", "declined"] as const) {
      expect(modeOf({ ...live, permissions, asking })).toMatchObject({ detail, canAsk: false });
    }
    const wider = { ...permissions, possible: ["view" as const, "control" as const] };
    expect(modeOf({ ...live, permissions: wider })).toMatchObject({ detail: "", canAsk: true });
  });

  it("follows the question", () => {
    expect(modeOf({ ...live, wanted: ["control"], asking: "asked" })).toMatchObject({
      canAsk: false,
    });
    expect(modeOf({ ...live, wanted: ["control"], asking: "declined" })).toMatchObject({
      detail: "They said no to control",
      canAsk: true,
    });
  });

  it("knows control", () => {
    const permissions = { ...live.permissions!, scopes: ["view" as const, "control" as const] };
    expect(modeOf({ ...live, permissions }).kind).toBe("control");
  });

  it("knows that the person's own input wins, where there is any other", () => {
    const scopes = ["view" as const, "control" as const];
    const permissions = { ...live.permissions!, scopes, yielding: true };
    expect(isYielding({ ...live, permissions })).toBe(true);
    expect(isYielding({ ...live, permissions: { ...permissions, yielding: false } })).toBe(false);
    expect(isYielding({ ...live, permissions: { ...permissions, scopes: ["view"] } })).toBe(false);
    expect(isYielding(live)).toBe(false);
  });

  it("knows a pause", () => {
    const permissions = { ...live.permissions!, scopes: ["view" as const, "control" as const] };
    const paused = modeOf({ ...live, permissions: { ...permissions, paused: true } });
    expect(paused).toMatchObject({ kind: "paused", canAsk: false });
  });

  it("waits for the host's word", () => {
    const { permissions: _, ...unknown } = live;
    expect(modeOf(unknown).kind).toBe("unknown");
  });
});

describe("announcement", () => {
  it("is one sentence after the other", () => {
    expect(announcement({ ...live, path: "relay" })).toBe("Relayed. View only");
    expect(announcement({ phase: "idle" })).toBe("");
    const cause = { kind: "reason", reason: "declined" } as const;
    expect(announcement({ phase: "ended", cause })).toBe("The person said no.");
  });
});
