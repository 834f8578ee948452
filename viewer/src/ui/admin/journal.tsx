/** The newest entries of the journal. It can be read here, and changed nowhere. */

import { useEffect, useState } from "preact/hooks";
import { entries, PAGE } from "../../admin/audit.ts";
import type { Entry } from "../../admin/audit.ts";
import { useAct, useLoad } from "../act.ts";
import { Empty, Loading, Time } from "../parts.tsx";
import { Refusal } from "../refusal.tsx";
import { aboutOf } from "../route.ts";
import { kindLabel, kindWords } from "./words.ts";

export function Journal() {
  const [kind, setKind] = useState(() => {
    const wanted = aboutOf(location.hash);
    return Object.hasOwn(kindWords, wanted) ? wanted : "";
  });
  const { value: newest, refused, reload } = useLoad(() => entries(kind), kind);
  const [older, setOlder] = useState<Entry[]>([]);
  const [isAll, setAll] = useState(false);
  const more = useAct();
  useEffect(() => {
    setOlder([]);
    setAll(false);
  }, [newest]);
  const all = newest && [...newest, ...older];
  const loadOlder = () =>
    void more.run(async () => {
      const found = await entries(kind, all?.at(-1)?.number);
      setOlder([...older, ...found]);
      setAll(found.length < PAGE);
    });
  return (
    <div class="page" data-testid="journal-page">
      <header class="page-head">
        <h1>Journal</h1>
        <p class="soft">
          The newest entries. <code>lendhand-relay audit verify</code> proves that none was changed
          or removed.
        </p>
      </header>
      <div class="filter">
        <label class="label" for="kind">
          Show
        </label>
        <select
          id="kind"
          class="input"
          data-testid="journal-kind"
          value={kind}
          onChange={(e) => setKind(e.currentTarget.value)}
        >
          <option value="">everything</option>
          {Object.entries(kindWords).map(([name, label]) => (
            <option key={name} value={name}>
              {label}
            </option>
          ))}
        </select>
        <button type="button" class="button" onClick={() => void reload()}>
          Refresh
        </button>
      </div>
      <Refusal refused={refused} />
      {!all && !refused && <Loading />}
      {all && (
        <section class="panel wide flush" aria-label="Entries">
          {all.length === 0 && (
            <Empty>{kind === "" ? "Nothing has happened yet." : "None of this kind."}</Empty>
          )}
          <ol class="rows">
            {all.map((entry) => (
              <Row key={entry.number} entry={entry} />
            ))}
          </ol>
        </section>
      )}
      <Refusal refused={more.refused} />
      {all && all.length >= PAGE && !isAll && (
        <button type="button" class="button wide" aria-disabled={more.isBusy} onClick={loadOlder}>
          {more.isBusy ? "Loading…" : "Show older entries"}
        </button>
      )}
    </div>
  );
}

function Row({ entry: e }: { entry: Entry }) {
  return (
    <li class="row entry" data-testid="journal-row" data-kind={e.kind}>
      <div class="row-text">
        <span>
          <bdi class="strong">{kindLabel(e.kind)}</bdi>
          {e.actor && (
            <>
              {" "}
              <span class="soft">by</span> <bdi title={e.actor}>{e.actorName}</bdi>
            </>
          )}
          {e.subject && e.subject !== e.actor && (
            <>
              {" "}
              <span class="soft">about</span> <bdi title={e.subject}>{e.subjectName}</bdi>
            </>
          )}
        </span>
        <Details entry={e} />
      </div>
      <span class="soft when">
        <Time at={e.time} none="unknown time" />
      </span>
    </li>
  );
}

function Details({ entry: e }: { entry: Entry }) {
  const facts: [string, string][] = [["from", e.address], ["session", e.session], ...e.detail];
  const said = facts.filter(([, value]) => value !== "");
  if (said.length === 0) return null;
  return (
    <dl class="facts soft">
      {said.map(([name, value]) => (
        <div key={name}>
          <dt>
            <bdi>{name}</bdi>
          </dt>
          <dd>
            <bdi>{value}</bdi>
          </dd>
        </div>
      ))}
    </dl>
  );
}
