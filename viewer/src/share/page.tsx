/** The page that shares a screen: which part of it is shown, and the title that says so. */

import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { languageOf, load, whoIs } from "../languages/text.ts";
import { Languages } from "../ui/get/languages.tsx";
import { Shell } from "../ui/shell.tsx";
import { Code } from "./code.tsx";
import { Ended } from "./ended.tsx";
import { Live } from "./live.tsx";
import { Model } from "./model.ts";
import { Asking } from "./asking.tsx";
import { Start } from "./start.tsx";
import type { State } from "./state.ts";
import type { Text } from "../languages/text.ts";
import "./share.css";

/** What every part of the page has. */
export interface PartProps {
  model: Model;
  t: Text;
}

export function Share({ code }: { code: string }) {
  const [language, choose] = useState(() => languageOf(navigator.languages));
  const [t, setText] = useState<Text>();
  const [model] = useState(() => new Model());
  useEffect(() => void load(language).then((made) => setText(() => made)), [language]);
  const s = model.state.value;
  useSpeaking(t, s);
  if (!t) return <Shell />;
  if (s.phase === "live") return <Live model={model} t={t} state={s} />;
  return (
    <Shell>
      <div class="share">
        <Part model={model} t={t} state={s} code={code} />
      </div>
      {s.phase !== "asked" && <Languages t={t} choose={choose} />}
    </Shell>
  );
}

interface AnyProps extends PartProps {
  state: Exclude<State, { phase: "live" }>;
  code: string;
}

function Part({ model, t, state, code }: AnyProps) {
  switch (state.phase) {
    case "start":
    case "opening":
      return <Start key={code} model={model} t={t} state={state} code={code} />;
    case "waiting":
      return <Code model={model} t={t} state={state} />;
    case "asked":
      return <Asking model={model} t={t} state={state} />;
    case "ended":
      return <Ended model={model} t={t} state={state} />;
  }
}

/** A heading that has the keyboard when its part of the page is new: no button is pressed by chance. */
export function Heading({ children }: { children: ComponentChildren }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <h1 ref={heading} tabIndex={-1}>
      {children}
    </h1>
  );
}

/** What was not pressed by the person themselves does not count. */
export function own(act: () => void): (e: Event) => void {
  return (e) => {
    if (e.isTrusted) act();
  };
}

/** The time on the page's clock, four times a second. */
export function useNow(): number {
  const [now, setNow] = useState(() => performance.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(performance.now()), 250);
    return () => clearInterval(timer);
  }, []);
  return now;
}

/** Tells the browser, and so whoever has the page read aloud, what language this is, and how things stand. */
function useSpeaking(t: Text | undefined, s: State): void {
  const title = t && titleOf(t, s);
  useEffect(() => {
    if (!t) return;
    document.documentElement.lang = t.language;
    document.documentElement.dir = t.direction;
    document.title = `${title} · Lendhand`;
  }, [t, title]);
}

function titleOf(t: Text, s: State): string {
  if (s.phase === "asked") return t("share.title.asked");
  if (s.phase !== "live") return t("share.title");
  return s.isPaused
    ? t("share.title.paused")
    : t("share.title.live", { name: whoIs(s.technician) });
}
