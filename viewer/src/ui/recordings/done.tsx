/** What was done in a session, as far as the relay can look into its recording. */

import type { ComponentChildren } from "preact";
import type { Done, DoneFile } from "../../recordings/one.ts";
import { sizeWords } from "./words.ts";

/** What was done, as facts with their names; nothing of what was not done. */
export function doneFacts(done: Done): [string, ComponentChildren][] {
  const out = done.files.filter(({ isOut }) => isOut);
  const into = done.files.filter(({ isOut }) => !isOut);
  const facts: [string, ComponentChildren][] = [];
  if (out.length > 0) facts.push(["Files from the host", <Files all={out} />]);
  if (into.length > 0) facts.push(["Files to the host", <Files all={into} />]);
  if (done.windows.length > 0) facts.push(["Windows", <Windows all={done.windows} />]);
  const said = countsOf(done);
  if (said !== "") facts.push(["Also", said]);
  return facts;
}

function Files({ all }: { all: readonly DoneFile[] }) {
  return (
    <ul class="done">
      {all.map(({ name, size }, n) => (
        <li key={n}>
          <bdi>{name || "without a name"}</bdi> <span class="soft">{sizeWords(size)}</span>
        </li>
      ))}
    </ul>
  );
}

/** So many stand there; the others are a click away. */
const FEW = 5;

function Windows({ all }: { all: readonly string[] }) {
  const [few, rest] = [all.slice(0, FEW), all.slice(FEW)];
  return (
    <>
      <Titles all={few} />
      {rest.length > 0 && (
        <details>
          <summary>{rest.length} more</summary>
          <Titles all={rest} />
        </details>
      )}
    </>
  );
}

function Titles({ all }: { all: readonly string[] }) {
  return (
    <ul class="done">
      {all.map((title, n) => (
        <li key={n}>
          <bdi>{title}</bdi>
        </li>
      ))}
    </ul>
  );
}

function countsOf({ keys, chat, clipboard }: Done): string {
  const counted: [number, string, string][] = [
    [keys, "key pressed", "keys pressed"],
    [chat, "chat message", "chat messages"],
    [clipboard, "text by the clipboard", "texts by the clipboard"],
  ];
  return counted
    .filter(([n]) => n > 0)
    .map(([n, one, many]) => `${n} ${n === 1 ? one : many}`)
    .join(", ");
}
