/** What kind of computer this is, as far as its browser says. */

export const systems = ["windows", "macos", "linux"] as const;
/** One that there may be a program for. */
export type System = (typeof systems)[number];
/** A phone is also a tablet; unknown is what we have no name for. */
export type Device = System | "phone" | "unknown";

/** Names that are the same in every language. */
export const systemNames: Readonly<Record<System, string>> = {
  windows: "Windows",
  macos: "macOS",
  linux: "Linux",
};

/** What a browser says of itself: its navigator. */
export interface Says {
  userAgent: string;
  maxTouchPoints: number;
  userAgentData?: { platform?: string; mobile?: boolean };
}

/** What kind of device it is. */
export function deviceOf({ userAgent, maxTouchPoints, userAgentData }: Says): Device {
  const platform = userAgentData?.platform ?? "";
  const says = `${platform} ${userAgent}`;
  if (userAgentData?.mobile || /\b(Android|iPhone|iPad|iPod|Mobile)\b/.test(says)) return "phone";
  if (/\bCrOS\b|Chrome OS|Chromium OS/.test(says)) return "unknown";
  if (/\bWindows\b/.test(says)) return "windows";
  // An iPad says that it is a Mac, which has no touch screen.
  if (/\b(macOS|Macintosh|Mac OS X)\b/.test(says)) return maxTouchPoints > 1 ? "phone" : "macos";
  return /\bLinux\b/.test(says) ? "linux" : "unknown";
}
