/** The newest entries of the journal. It can be read here, and changed nowhere. */

import { useState } from "preact/hooks";
import { entries } from "../../admin/audit.ts";
import type { Entry } from "../../admin/audit.ts";
import { useLoad } from "../act.tsx";
import { Empty, Loading, Time } from "../parts.tsx";
import { Refusal } from "../refusal.tsx";
import { kindLabel, kindWords } from "./words.ts";

export function Journal() {
  const [kind, setKind] = useState("");
  const { value: all, refused, reload } = useLoad(() => entries(kind), kind);
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
            {all.map((entry, at) => (
              <Row key={at} entry={entry} />
            ))}
          </ol>
        </section>
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
              <span class="soft">by</span> <bdi>{e.actor}</bdi>
            </>
          )}
          {e.subject && e.subject !== e.actor && (
            <>
              {" "}
              <span class="soft">about</span> <bdi>{e.subject}</bdi>
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
