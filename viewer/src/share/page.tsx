/** The page that shares a screen: which part of it is shown, and the title that says so. */

import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Loading } from "../ui/parts.tsx";
import { Shell } from "../ui/shell.tsx";
import { Code } from "./code.tsx";
import { Ended } from "./ended.tsx";
import { Live } from "./live.tsx";
import { Model } from "./model.ts";
import { Asking } from "./asking.tsx";
import { Start } from "./start.tsx";
import type { State } from "./state.ts";
import { languageOf, load, whoIs } from "./text.ts";
import type { Text } from "./text.ts";
import "./share.css";

/** What every part of the page has. */
export interface PartProps {
  model: Model;
  t: Text;
}

export function Share({ code }: { code: string }) {
  const [text, setText] = useState<Text>();
  const [model] = useState(() => new Model());
  useEffect(() => {
    void load(languageOf(navigator.languages)).then((t) => setText(() => t));
  }, []);
  if (!text) {
    return (
      <Shell>
        <Loading />
      </Shell>
    );
  }
  return <Page model={model} t={text} code={code} />;
}

function Page({ model, t, code }: PartProps & { code: string }) {
  const s = model.state.value;
  useTitle(t, s);
  useEffect(() => {
    document.documentElement.lang = t.language;
    document.documentElement.dir = t.direction;
  }, [t]);
  switch (s.phase) {
    case "start":
    case "opening":
      return (
        <Framed>
          <Start key={code} model={model} t={t} state={s} code={code} />
        </Framed>
      );
    case "waiting":
      return (
        <Framed>
          <Code model={model} t={t} state={s} />
        </Framed>
      );
    case "asked":
      return (
        <Framed>
          <Asking model={model} t={t} state={s} />
        </Framed>
      );
    case "live":
      return <Live model={model} t={t} state={s} />;
    case "ended":
      return (
        <Framed>
          <Ended model={model} t={t} state={s} />
        </Framed>
      );
  }
}

function Framed({ children }: { children: ComponentChildren }) {
  return (
    <Shell>
      <div class="share">{children}</div>
    </Shell>
  );
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

function useTitle(t: Text, s: State): void {
  const title = titleOf(t, s);
  useEffect(() => {
    document.title = `${title} · Lendhand`;
  }, [title]);
}

function titleOf(t: Text, s: State): string {
  if (s.phase === "asked") return t("title.asked");
  if (s.phase !== "live") return t("title");
  return s.isPaused ? t("title.paused") : t("title.live", { name: whoIs(t, s.technician) });
}
