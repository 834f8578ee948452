/** What can be known of a recording without watching it, and what can be done with it. */

import type { ComponentChildren } from "preact";
import type { WorkerOpener } from "../../recording/opener.ts";
import { details } from "../../recordings/one.ts";
import type { Details } from "../../recordings/one.ts";
import { useLoad } from "../act.ts";
import { Loading, Time } from "../parts.tsx";
import { Refusal } from "../refusal.tsx";
import { doneFacts } from "./done.tsx";
import { Export } from "./export.tsx";
import { HoldControl } from "./hold.tsx";
import { Share } from "./share.tsx";
import { Verify } from "./verify.tsx";
import { lookWords, sizeWords } from "./words.ts";

interface AboutProps {
  id: string;
  /** Has the recording's own key, where the page has opened it. */
  opener?: WorkerOpener | undefined;
  changed: () => Promise<void>;
}

export function About({ id, opener, changed }: AboutProps) {
  const { value: d, refused, reload } = useLoad(() => details(id), id);
  const again = async () => {
    await Promise.all([reload(), changed()]);
  };
  return (
    <div class="person-open" data-testid="recording-details">
      <Refusal refused={refused} />
      {!d && !refused && <Loading />}
      {d && (
        <>
          <Facts details={d} />
          {d.state !== "deleted" && (
            <div class="stack">
              <HoldControl details={d} changed={again} />
              <Verify id={d.id} />
              <Share details={d} opener={opener} changed={again} />
              <Export id={d.id} isSealed={d.isSealed} bytes={d.bytes} />
            </div>
          )}
        </>
      )}
    </div>
  );
}

function Facts({ details: d }: { details: Details }) {
  const facts: [string, ComponentChildren][] = [
    ...(d.done ? doneFacts(d.done) : []),
    ["Who can open it", d.who || readersOf(d)],
    ["Kept until", <Kept details={d} />],
  ];
  if (d.deleted) {
    facts.unshift([
      "Deleted",
      <>
        <Time at={d.deleted.time} none="at an unknown time" />
        {d.deleted.why && <>: {d.deleted.why}</>}
      </>,
    ]);
  }
  if (d.bytes > 0) facts.push(["Size", `${sizeWords(d.bytes)} in ${d.parts} parts`]);
  if (d.host.os) facts.push(["Host", d.host.os]);
  facts.push(["Session", <code>{d.id}</code>]);
  return (
    <>
      <dl class="sees" data-testid="recording-facts">
        {facts.map(([name, value]) => (
          <>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </>
        ))}
      </dl>
      {d.objections.map((o, n) => (
        <p class="problem" key={n}>
          <span>
            The person objected, <Time at={o.time} />: <bdi>{o.text}</bdi>
          </span>
        </p>
      ))}
      <Looks details={d} />
    </>
  );
}

function readersOf(d: Details): string {
  return d.readers.map(({ name }) => name).join(", ") || "not known";
}

function Kept({ details: d }: { details: Details }) {
  if (d.state === "deleted") return <>it was deleted</>;
  if (d.hold) return <>the hold ends</>;
  if (d.state === "live") return <>counted from the end of the session</>;
  return <Time at={d.deleteAfter} none="no day is set" />;
}

/** Who looked before. */
function Looks({ details: d }: { details: Details }) {
  if (d.looks.length === 0) return <p class="soft hint">Nobody has viewed or exported it yet.</p>;
  return (
    <details class="looks">
      <summary>
        Viewed or exported {d.looks.length === 1 ? "once" : `${d.looks.length} times`}
      </summary>
      <ul class="rows">
        {d.looks.map((look, n) => (
          <li key={n} class="hint">
            <bdi class="strong">{look.by || "Somebody"}</bdi> {lookWords(look.kind)} it,{" "}
            <Time at={look.time} />
            {look.reason && (
              <>
                : <bdi>{look.reason}</bdi>
              </>
            )}
          </li>
        ))}
      </ul>
    </details>
  );
}
