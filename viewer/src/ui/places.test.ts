import { describe, expect, it } from "vitest";
import { pageFor, pagesOf } from "./places.ts";

const account = (...roles: string[]) => ({
  id: "u_1",
  name: "Ines",
  signInName: "ines",
  organisation: "",
  mustEnrol: false,
  recording: "off" as const,
  roles,
});

describe("the pages of an account", () => {
  it.each([
    [["technician"], ["connect"]],
    [["auditor"], ["recordings", "journal"]],
    [["admin"], ["sessions", "people", "policy", "storage", "journal"]],
    [
      ["technician", "admin"],
      ["connect", "sessions", "people", "policy", "storage", "journal"],
    ],
    [[], []],
  ])("of %s", (roles, names) => {
    expect(pagesOf(account(...roles)).map(({ name }) => name)).toEqual(names);
  });

  it.each([
    [["technician"], "people", "connect"],
    [["technician"], "account", "account"],
    [["auditor"], undefined, "recordings"],
    [["auditor"], "storage", "recordings"],
    [["admin"], "recordings", "sessions"],
    [[], undefined, "connect"],
    [["auditor"], "journal", "journal"],
    [["admin"], undefined, "sessions"],
    [["admin"], "connect", "sessions"],
    [["admin", "technician"], undefined, "connect"],
  ] as const)("%s who asks for %s gets %s", (roles, asked, page) => {
    expect(pageFor(account(...roles), asked)).toBe(page);
  });
});
