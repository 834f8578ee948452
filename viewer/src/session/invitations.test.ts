import { describe, expect, it } from "vitest";
import type { FromRelay } from "../protocol/message.ts";
import { afterMessage, lineLost, making, noInvitations } from "./invitations.ts";
import type { InvitationState } from "./invitations.ts";

const invited: FromRelay = {
  type: "invited",
  id: "i_1",
  code: "482913077",
  link: "https://relay.example/join#482913077",
  expiresIn: 60,
};
const listed: FromRelay = {
  type: "invitations",
  invitations: [
    { id: "i_1", ask: ["view"], ticket: "INC-1", expiresIn: 60 },
    { id: "i_2", ask: ["view", "control"], expiresIn: 30 },
  ],
};
const host = { name: "reception-pc", os: "Debian" };
const after = (...messages: FromRelay[]): InvitationState =>
  messages.reduce((s, m) => afterMessage(s, m, 1000), making(noInvitations));

describe("invitations", () => {
  it.each([
    ["invited first", [invited, listed]],
    ["listed first", [listed, invited]],
  ])("have their code where they were made: %s", (_, messages) => {
    const s = after(...messages);
    expect(s.isMaking).toBe(false);
    expect(s.newest).toBe("i_1");
    expect(s.all[0]).toMatchObject({ id: "i_1", ticket: "INC-1", code: "482913077" });
    expect(s.all[0]?.deadline).toBe(61_000);
    expect(s.all[1]).toEqual({ id: "i_2", ask: ["view", "control"], ticket: "", deadline: 31_000 });
  });

  it("tell who waits", () => {
    const s = after(listed, { type: "opened", id: "i_2", sessionId: "s", host });
    expect(s.all.map((i) => i.host)).toEqual([undefined, host]);
  });

  it("say why none was made", () => {
    const refused: FromRelay = { type: "error", code: "too_many_invitations", message: "m" };
    const s = after(refused);
    expect(s).toMatchObject({ isMaking: false, problem: { code: "too_many_invitations" } });
    expect(lineLost(making(s)).problem).toMatchObject({ code: "relay_unreachable" });
  });

  it("do not take the errors of others", () => {
    const s = after(invited);
    expect(afterMessage(s, { type: "error", code: "code_invalid", message: "m" }, 0)).toBe(s);
    expect(lineLost(s)).toBe(s);
  });
});
