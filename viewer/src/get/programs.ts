/** The programs that the relay has for people who need help. */

import { get } from "../account/http.ts";
import type { Fields } from "../account/http.ts";
import { countOf, fieldsOf, objectOf, textOf, truthOf } from "../account/read.ts";
import { systems } from "./system.ts";
import type { System } from "./system.ts";

export interface Program {
  system: System;
  /** Where it is, on this relay. */
  href: string;
  /** What a browser calls the file. */
  file: string;
  /** Whether it knows this relay by that name. */
  pointed: boolean;
  /** In bytes. */
  size: number;
  sha256: string;
  signed: boolean;
}

export interface Offer {
  /** The relay's public address. */
  server: string;
  organisation: string;
  programs: Program[];
  /** The fingerprint of the certificate that the program needs beside it; empty for none. */
  authority: string;
}

/** What is offered. Throws Refused. */
export async function offered(): Promise<Offer> {
  const f = await get("/api/get");
  return {
    server: textOf(f["server"]),
    organisation: textOf(f["organisation"], 64),
    programs: fieldsOf(f["programs"], 16).flatMap(programOf),
    authority: hexOf(objectOf(f["authority"])["sha256"]),
  };
}

function programOf(f: Fields): Program[] {
  const system = systems.find((s) => s === f["system"]);
  const name = textOf(f["name"], 64);
  const [file, sha256] = [textOf(f["saveAs"]), hexOf(f["sha256"])];
  // What is shown here is put into commands.
  if (!system || !isPlain(name) || !isPlain(file) || sha256 === "") return [];
  const href = `/download/${name}`;
  const [pointed, signed] = [truthOf(f["pointed"]), truthOf(f["signed"])];
  return [{ system, href, file, pointed, size: countOf(f["size"]), sha256, signed }];
}

const isPlain = (name: string) => /^[a-z0-9][a-z0-9.@_-]*$/.test(name);

function hexOf(v: unknown): string {
  const hex = textOf(v, 64);
  return /^[0-9a-f]{64}$/.test(hex) ? hex : "";
}
