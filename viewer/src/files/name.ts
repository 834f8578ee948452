/** Names of files, as the other side takes them and as people tell them apart. */

import { clean } from "../protocol/check.ts";
import { MAX_FILE_NAME } from "../protocol/message.ts";

/** Endings are kept when a name is cut, up to this many characters. */
const MAX_ENDING = 16;

/** A name that can be sent: what turns text around is left out, and the middle of what is too long. */
export function fitName(name: string): string {
  const fit = clean(name, Infinity);
  const characters = [...fit];
  if (characters.length === 0) return "file";
  if (characters.length <= MAX_FILE_NAME) return fit;
  const dot = characters.lastIndexOf(".");
  const ending = characters.length - dot <= MAX_ENDING && dot > 0 ? characters.slice(dot) : [];
  return [...characters.slice(0, MAX_FILE_NAME - ending.length), ...ending].join("");
}
