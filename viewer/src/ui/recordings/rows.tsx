/** Recordings in a list: who with whom, when, how long, and what happened. */

import type { ComponentChildren } from "preact";
import { useRef, useState } from "preact/hooks";
import type { Recording } from "../../recordings/list.ts";
import { Time } from "../parts.tsx";
import { hrefOfRecording } from "../route.ts";
import { About } from "./about.tsx";
import { deedLabel, foundWords, gravest, lengthWords, recordingStateWords } from "./words.ts";

interface RowsProps<R extends Recording> {
  all: readonly R[];
  /** Something was done to one of them. */
  changed: () => Promise<void>;
  /** What else is said of each. */
  more?: (r: R) => ComponentChildren;
}

export function Rows<R extends Recording>({ all, changed, more }: RowsProps<R>) {
  const list = useRef<HTMLUListElement>(null);
  const [open, setOpen] = useState("");
  return (
    <section class="panel wide flush" aria-label="Recordings">
      <ul class="rows" ref={list} onKeyDown={(e) => walk(e, list.current)}>
        {all.map((r) => (
          <li key={r.id} data-testid="recording-row" data-state={r.state}>
            <Row
              recording={r}
              isOpen={r.id === open}
              toggle={() => setOpen(r.id === open ? "" : r.id)}
            >
              {more?.(r)}
            </Row>
            {r.id === open && <About id={r.id} changed={changed} />}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Up and down lead from one recording to the next. */
function walk(e: KeyboardEvent, list: HTMLElement | null): void {
  const step = e.key === "ArrowDown" ? 1 : e.key === "ArrowUp" ? -1 : 0;
  const from = e.target instanceof Element ? e.target.closest(".row") : null;
  if (step === 0 || !from || !list) return;
  const links = [...list.querySelectorAll<HTMLElement>("[data-walk]")];
  const at = links.findIndex((link) => from.contains(link));
  const to = links[at + step];
  if (at < 0 || !to) return;
  e.preventDefault();
  to.focus();
}

interface RowProps {
  recording: Recording;
  isOpen: boolean;
  toggle: () => void;
  children: ComponentChildren;
}

function Row({ recording: r, isOpen, toggle, children }: RowProps) {
  return (
    <div class="row recording">
      <div class="row-text">
        <span>
          <Title recording={r} />
          <Tags recording={r} />
        </span>
        <span class="soft">
          <Time at={r.begun} none="at an unknown time" /> · {lengthWords(r)}
          {r.ticket && (
            <>
              {" "}
              · ticket <bdi>{r.ticket}</bdi>
            </>
          )}
          {r.group && (
            <>
              {" "}
              · group <bdi>{r.group}</bdi>
            </>
          )}
        </span>
        <Happened recording={r} />
        {r.found.map((f, n) => (
          <span class="found" key={n}>
            <span class="soft">{foundWords(f)}:</span> <bdi>{f.text}</bdi>
          </span>
        ))}
        {children}
      </div>
      <div class="actions">
        {r.state !== "deleted" && (
          <a
            class="button"
            href={hrefOfRecording(r.id)}
            data-testid="recording-open"
            data-walk
            aria-label={`Watch: ${pairWords(r)}`}
          >
            Watch
          </a>
        )}
        <button
          type="button"
          class="button quiet"
          aria-expanded={isOpen}
          aria-label={`${isOpen ? "Close" : "About"}: ${pairWords(r)}`}
          data-testid="recording-about"
          data-walk={r.state === "deleted" ? true : undefined}
          onClick={toggle}
        >
          {isOpen ? "Close" : "About"}
        </button>
      </div>
    </div>
  );
}

function Title({ recording: r }: { recording: Recording }) {
  return (
    <span class="strong">
      <bdi>{r.technician.name || "A technician"}</bdi> on <bdi>{r.host.name || "a host"}</bdi>
    </span>
  );
}

function pairWords(r: Recording): string {
  return `${r.technician.name || "a technician"} on ${r.host.name || "a host"}`;
}

function Tags({ recording: r }: { recording: Recording }) {
  return (
    <>
      {r.state === "live" && <span class="tag live">{recordingStateWords.live}</span>}
      {r.state === "incomplete" && <span class="tag warn">{recordingStateWords.incomplete}</span>}
      {r.state === "deleted" && <span class="tag plain">{recordingStateWords.deleted}</span>}
      {r.held && <span class="tag plain">Held</span>}
      {r.isSealed && r.state !== "deleted" && <span class="tag plain">Sealed</span>}
      {r.objected && <span class="tag bad">Objected</span>}
    </>
  );
}

function Happened({ recording: r }: { recording: Recording }) {
  const rest = r.happened.filter((deed) => !(deed === "objected" && r.objected));
  const facts = [
    ...rest.map((deed) => ({ words: deedLabel(deed), isGrave: gravest.includes(deed) })),
    ...(r.notes > 0
      ? [{ words: r.notes === 1 ? "1 note" : `${r.notes} notes`, isGrave: false }]
      : []),
    { words: viewedWords(r.views), isGrave: false },
  ];
  return (
    <span class="deeds">
      {facts.map(({ words, isGrave }) => (
        <span key={words} class={isGrave ? "grave" : undefined}>
          {words}
        </span>
      ))}
    </span>
  );
}

function viewedWords(views: number): string {
  if (views === 0) return "not viewed";
  return views === 1 ? "viewed once" : `viewed ${views} times`;
}
