import { describe, expect, it } from "vitest";
import { aboutOf, hrefOf, hrefOfRecording, pages, queryOf, routeOf } from "./route.ts";

describe("the address", () => {
  it.each([
    ["/", "", { kind: "page", page: undefined }],
    ["/", "#", { kind: "page", page: undefined }],
    ["/", "#/account", { kind: "page", page: "account" }],
    ["/", "#/constructor", { kind: "page", page: undefined }],
    ["/", "#/<img src=x onerror=alert(1)>", { kind: "page", page: undefined }],
    ["/", "#/journal/reported", { kind: "page", page: "journal" }],
    ["/account", "", { kind: "page", page: "account" }],
    ["/admin", "", { kind: "page", page: "sessions" }],
    ["/recordings", "", { kind: "page", page: "recordings" }],
    ["/", "#/recordings", { kind: "page", page: "recordings" }],
    ["/", "#/recordings/s_aB-9", { kind: "recording", id: "s_aB-9" }],
    ["/recordings/s_aB-9", "", { kind: "recording", id: "s_aB-9" }],
    ["/", "#/recordings/<script>", { kind: "page", page: "recordings" }],
    ["/", "#/recordings?q=a/b", { kind: "page", page: "recordings" }],
    ["/", "#/recordings/s_1?at=61000", { kind: "recording", id: "s_1" }],
    ["/", "#/recordings/", { kind: "page", page: "recordings" }],
    ["/mine", "#s_1.token.AGE-1", { kind: "mine", link: "s_1.token.AGE-1" }],
    ["/welcome", "#abc-DEF_1", { kind: "welcome", token: "abc-DEF_1" }],
    ["/welcome", "", { kind: "welcome", token: "" }],
    ["/join", "#482913077", { kind: "get", code: "482913077", isInvited: true }],
    ["/join", "#482-913-077", { kind: "get", code: "482913077", isInvited: true }],
    ["/join", "#482-913-077-999", { kind: "get", code: "", isInvited: true }],
    ["/join", "#<script>", { kind: "get", code: "", isInvited: true }],
    ["/join", "", { kind: "get", code: "", isInvited: true }],
    ["/get", "", { kind: "get", code: "", isInvited: false }],
    ["/get", "#482913077", { kind: "get", code: "482913077", isInvited: true }],
    ["/get", "#48291", { kind: "get", code: "", isInvited: true }],
    ["/share", "", { kind: "share", code: "" }],
    ["/share", "#4829130779", { kind: "share", code: "" }],
    ["/share", "#482 913 077", { kind: "share", code: "482913077" }],
  ])("%s%s", (path, hash, route) => expect(routeOf(path, hash)).toEqual(route));

  it("says what a page is to show first", () => {
    expect(aboutOf("#/journal/reported")).toBe("reported");
    expect(aboutOf("#/journal")).toBe("");
    expect(aboutOf("")).toBe("");
  });

  it("says how a page was left", () => {
    expect(queryOf("#/recordings?q=why%3F&held=true").get("q")).toBe("why?");
    expect([...queryOf("#/recordings")]).toEqual([]);
  });

  it("leads to a recording", () => {
    const { hash } = new URL(hrefOfRecording("s_aB-9"), "https://relay.example");
    expect(routeOf("/", hash)).toEqual({ kind: "recording", id: "s_aB-9" });
  });

  it("leads back to each page", () => {
    for (const page of pages) {
      const { hash } = new URL(hrefOf(page), "https://relay.example");
      const wanted = page === "connect" ? undefined : page;
      expect(routeOf("/", hash)).toEqual({ kind: "page", page: wanted });
    }
  });
});
