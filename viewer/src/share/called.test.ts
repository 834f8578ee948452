import { expect, it } from "vitest";
import { calledBy } from "./called.ts";

const webkit = "AppleWebKit/537.36 (KHTML, like Gecko)";

it.each([
  [`Mozilla/5.0 (X11; Linux x86_64) ${webkit} Chrome/140.0.0.0 Safari/537.36`, "Chrome on Linux"],
  [
    `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${webkit} Chrome/140.0.0.0 Safari/537.36 Edg/140.0`,
    "Edge on Windows",
  ],
  ["Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"],
  [
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15",
    "Safari on macOS",
  ],
  ["something else", "Browser"],
])("%s is called %s", (userAgent, name) => expect(calledBy(userAgent).name).toBe(name));

it("tells Chromium from Chrome where the browser does", () => {
  const agent = `Mozilla/5.0 (X11; Linux x86_64) ${webkit} Chrome/140.0.0.0 Safari/537.36`;
  expect(calledBy(agent, ["Chromium", "Not A Brand"]).name).toBe("Chromium on Linux");
  expect(calledBy(agent, ["Chromium", "Google Chrome"]).name).toBe("Chrome on Linux");
});

it("says that this host can only show", () => {
  expect(calledBy("").os).toContain("view only");
});
