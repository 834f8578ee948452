/** Reading what a host says of files. */

import { BadMessage, oneOf, opaque, text, whole } from "./check.ts";
import type { Fields } from "./check.ts";
import { answer, candidate, decode } from "./decode.ts";
import { FILE_REASONS, MAX_FILE, MAX_FILE_NAME } from "./message.ts";
import type { FileDrop, FileKept, FileOffer, FileTake, FileWhole, FromFiles } from "./message.ts";

/** Reads a message from the host on the files' channel; throws BadMessage. */
export function decodeFiles(data: string): FromFiles {
  return decode<FromFiles>(data, { file, take, whole: wholeFile, kept, drop, answer, candidate });
}

const fileID = (f: Fields, least = 1) => whole("id", f["id"], least, 0xffff_ffff);

function file(f: Fields): FileOffer {
  const name = text("name", f["name"], 1, MAX_FILE_NAME);
  return { type: "file", id: fileID(f), name, size: whole("size", f["size"], 0, MAX_FILE) };
}

function take(f: Fields): FileTake {
  return { type: "take", id: fileID(f), from: whole("from", f["from"], 0, MAX_FILE) };
}

function wholeFile(f: Fields): FileWhole {
  const sha256 = opaque("sha256", f["sha256"], 64, 64);
  if (!/^[0-9a-f]*$/.test(sha256)) throw new BadMessage("bad_message", "sha256: want hexadecimal");
  return { type: "whole", id: fileID(f), sha256 };
}

function kept(f: Fields): FileKept {
  return { type: "kept", id: fileID(f), name: text("name", f["name"], 1, MAX_FILE_NAME) };
}

function drop(f: Fields): FileDrop {
  const to = oneOf("to", f["to"], ["host", "technician"] as const);
  return { type: "drop", to, id: fileID(f, 0), reason: oneOf("reason", f["reason"], FILE_REASONS) };
}
