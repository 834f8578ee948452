import { describe, expect, it } from "vitest";
import { hrefOf, pages, routeOf } from "./route.ts";

describe("the address", () => {
  it.each([
    ["/", "", { kind: "page", page: undefined }],
    ["/", "#", { kind: "page", page: undefined }],
    ["/", "#/account", { kind: "page", page: "account" }],
    ["/", "#/constructor", { kind: "page", page: undefined }],
    ["/", "#/<img src=x onerror=alert(1)>", { kind: "page", page: undefined }],
    ["/account", "", { kind: "page", page: "account" }],
    ["/admin", "", { kind: "page", page: "sessions" }],
    ["/welcome", "#abc-DEF_1", { kind: "welcome", token: "abc-DEF_1" }],
    ["/welcome", "", { kind: "welcome", token: "" }],
    ["/join", "#482913077", { kind: "join", code: "482913077" }],
    ["/join", "#482-913-077-999", { kind: "join", code: "482913077" }],
    ["/join", "#<script>", { kind: "join", code: "" }],
  ])("%s%s", (path, hash, route) => expect(routeOf(path, hash)).toEqual(route));

  it("leads back to each page", () => {
    for (const page of pages) {
      const { hash } = new URL(hrefOf(page), "https://relay.example");
      const wanted = page === "connect" ? undefined : page;
      expect(routeOf("/", hash)).toEqual({ kind: "page", page: wanted });
    }
  });
});
