/** For the person who was helped: what was done, in plain words, and a way to object. */

import type { ComponentChildren } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { Refused } from "../../account/http.ts";
import { languageOf, load, timeIn, whoIs } from "../../languages/text.ts";
import type { Key, Text } from "../../languages/text.ts";
import { linkOf, mine, object } from "../../recording/mine.ts";
import type { Done, Link, Mine } from "../../recording/mine.ts";
import { WorkerOpener } from "../../recording/opener.ts";
import { RelaySource } from "../../recording/relay.ts";
import { useLoad } from "../act.ts";
import { Languages } from "../get/languages.tsx";
import { Field, Loading } from "../parts.tsx";
import { Shell } from "../shell.tsx";
import { PlayerView } from "./player.tsx";

const MAX_TEXT = 2000;

export function MinePage({ fragment }: { fragment: string }) {
  const [language, choose] = useState(() => languageOf(navigator.languages));
  const [t, setText] = useState<Text>();
  const link = useMemo(() => linkOf(fragment), [fragment]);
  useEffect(() => void load(language).then((made) => setText(() => made)), [language]);
  useEffect(() => {
    if (!t) return;
    document.documentElement.lang = t.language;
    document.documentElement.dir = t.direction;
    document.title = `${t("mine.title")} · Lendhand`;
  }, [t]);
  if (!t) return <Shell />;
  return (
    <Shell>
      <Content t={t} link={link} />
      <Languages t={t} choose={choose} />
    </Shell>
  );
}

function Content({ t, link }: { t: Text; link: Link }) {
  const { value: about, refused, reload } = useLoad(() => mine(link), link.id);
  if (refused?.code === "relay_unreachable") {
    return (
      <section class="panel wide" role="alert">
        <p>{t("away")}</p>
        <button type="button" class="button" onClick={() => void reload()}>
          {t("again")}
        </button>
      </section>
    );
  }
  if (refused) {
    return (
      <section class="panel wide" role="alert" data-testid="mine-gone">
        <h1>{t("mine.gone")}</h1>
        <p>{t("mine.gone.text")}</p>
      </section>
    );
  }
  if (!about) return <Loading label={t("loading")} />;
  const name = whoIs({ name: about.technician, organisation: about.organisation });
  return (
    <div class={about.mayWatch ? "page film-page" : "page"} data-testid="mine">
      <header class="page-head">
        <h1>{t("mine.heading", { name })}</h1>
      </header>
      <Summary t={t} about={about} />
      {about.mayWatch && about.parts > 0 && <Watch t={t} link={link} about={about} />}
      <Objection t={t} link={link} about={about} changed={reload} />
    </div>
  );
}

function Summary({ t, about: a }: { t: Text; about: Mine }) {
  const facts: [Key, ComponentChildren][] = [
    ["mine.when", dateIn(t, a.begun)],
    ["mine.length", timeIn(t, a.length)],
    ["mine.host", <bdi>{a.host}</bdi>],
    ["mine.allowed", [...new Set(a.allowed.map((scope) => allowedIn(t, scope)))].join(", ")],
    ["mine.done", <DoneFacts t={t} done={a.done} />],
    ["mine.files", <Files t={t} files={a.done?.files} />],
    ["mine.who", <Who t={t} about={a} />],
    ["mine.views", String(a.views)],
    ["mine.delete", a.isHeld ? t("mine.held") : dateIn(t, a.deleteAfter)],
  ];
  if (a.ticket) facts.splice(3, 0, ["mine.ticket", <bdi>{a.ticket}</bdi>]);
  return (
    <section class="panel wide">
      <h2>{t("mine.title")}</h2>
      <dl class="sees" data-testid="mine-summary">
        {facts.map(([key, value]) => (
          <>
            <dt>{t(key)}</dt>
            <dd>{value || "–"}</dd>
          </>
        ))}
      </dl>
    </section>
  );
}

/** What the technician did, but for files. */
function DoneFacts({ t, done }: { t: Text; done: Done | undefined }) {
  if (!done) return <>{t("mine.files.unknown")}</>;
  const counts: [Key, number][] = [
    ["mine.done.keys", done.keys],
    ["mine.done.clipboard", done.clipboard],
    ["mine.done.chat", done.chat],
    ["mine.done.windows", done.windows],
  ];
  const said = counts.filter(([, count]) => count > 0);
  if (said.length === 0) return <>{t("mine.done.none")}</>;
  return (
    <ul class="rows">
      {said.map(([key, count]) => (
        <li key={key}>{t(key, { count: String(count) })}</li>
      ))}
    </ul>
  );
}

function Files({ t, files }: { t: Text; files: Done["files"] | undefined }) {
  if (!files) return <>{t("mine.files.unknown")}</>;
  if (files.length === 0) return <>{t("mine.files.none")}</>;
  return (
    <ul class="rows">
      {files.map(({ to, name }, n) => (
        <li key={n}>
          <bdi>{t(to === "technician" ? "mine.file.technician" : "mine.file.host", { name })}</bdi>
        </li>
      ))}
    </ul>
  );
}

function Who({ t, about }: { t: Text; about: Mine }) {
  return (
    <>
      <bdi>{about.readers.map((reader) => readerIn(t, reader)).join(", ")}</bdi>
      {about.readers.some(({ isHeld }) => isHeld) && <p class="hint">{t("mine.who.held")}</p>}
    </>
  );
}

/** The recording itself, with the key that is in the link. */
function Watch({ t, link, about }: { t: Text; link: Link; about: Mine }) {
  const [opener, setOpener] = useState<WorkerOpener>();
  const source = useMemo(() => new RelaySource(link.id, link.token), [link]);
  useEffect(() => {
    const made = new WorkerOpener();
    void made.use(link.id, link.identity).then(() => setOpener(made));
    return () => made.close();
  }, [link]);
  return (
    <section class="stack" aria-label={t("mine.watch")}>
      <h2>{t("mine.watch")}</h2>
      {about.state === "incomplete" && <p class="soft">{t("mine.incomplete")}</p>}
      {opener && (
        <PlayerView t={t} source={source} opener={opener} overview={{ ...about, id: link.id }} />
      )}
    </section>
  );
}

interface ObjectionProps {
  t: Text;
  link: Link;
  about: Mine;
  changed: () => Promise<void>;
}

function Objection({ t, link, about, changed }: ObjectionProps) {
  const [text, setText] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [hasFailed, setFailed] = useState(false);
  const send = async (e: Event) => {
    e.preventDefault();
    if (isBusy || text.trim() === "") return;
    setBusy(true);
    try {
      await object(link, text.trim());
      setFailed(false);
      setText("");
      await changed();
    } catch (refused) {
      if (!(refused instanceof Refused)) throw refused;
      setFailed(true);
    }
    setBusy(false);
  };
  return (
    <form class="panel wide" data-testid="mine-object" onSubmit={(e) => void send(e)}>
      <h2>{t("mine.object")}</h2>
      <p class="soft">{t("mine.object.text")}</p>
      {about.objections.map((time, n) => (
        <p key={n} class="strong" data-testid="mine-objected">
          {t("mine.object.sent", { time: dateIn(t, time) })}
        </p>
      ))}
      <Field label={t("mine.object.label")}>
        {(ids) => (
          <textarea
            {...ids}
            class="input film-note-text"
            data-testid="mine-object-text"
            rows={3}
            maxLength={MAX_TEXT}
            value={text}
            onInput={(e) => setText(e.currentTarget.value)}
          />
        )}
      </Field>
      {hasFailed && (
        <p class="problem" role="alert">
          {t("mine.object.failed")}
        </p>
      )}
      <button class="button" data-testid="mine-object-send" aria-disabled={isBusy}>
        {t("mine.object.send")}
      </button>
    </form>
  );
}

/** The key that the relay holds has a name of the relay's, in its language: here it is said in theirs. */
function readerIn(t: Text, { name, isHeld }: Mine["readers"][number]): string {
  return isHeld ? t("mine.who.relay") : name;
}

function dateIn(t: Text, time: Date | undefined): string {
  return time?.toLocaleString(t.language, { dateStyle: "long", timeStyle: "short" }) ?? "";
}

/** What was allowed; a newer relay may name more. */
function allowedIn(t: Text, scope: string): string {
  const known = ["view", "control", "files", "clipboard"] as const;
  const found = known.find((name) => scope.startsWith(name));
  return found ? t(`mine.allowed.${found}`) : scope;
}
