/** One person: what can be changed, and what can be ended. */

import { useState } from "preact/hooks";
import {
  changePerson,
  endSignIns,
  newLink,
  removeFactors,
  removePhotoOf,
} from "../../admin/people.ts";
import type { Change, Person } from "../../admin/people.ts";
import { useAct } from "../act.ts";
import { Confirm, LinkToCopy } from "../parts.tsx";
import { Portrait } from "../account/photo.tsx";
import { Refusal } from "../refusal.tsx";
import { DisplayName, Group, Roles } from "./person-fields.tsx";
import { ReportsNote } from "./reports.tsx";

interface EditProps {
  person: Person;
  groups: string[];
  changed: () => Promise<void>;
}

export function EditPerson({ person, groups, changed }: EditProps) {
  return (
    <div class="person-open">
      {person.photo && (
        <Portrait
          source={`/api/admin/people/photo?id=${encodeURIComponent(person.id)}`}
          name={person.displayName}
        />
      )}
      <ReportsNote count={person.reports} />
      <PersonForm person={person} groups={groups} changed={changed} />
      <PersonActs person={person} changed={changed} />
    </div>
  );
}

function PersonForm({ person, groups, changed }: EditProps) {
  const [displayName, setDisplayName] = useState(person.displayName);
  const [roles, setRoles] = useState(person.roles);
  const [group, setGroup] = useState(person.group);
  const [isSaved, setSaved] = useState(false);
  const act = useAct();
  const change = changeOf(person, { displayName, roles, group });
  const hasChange = Object.keys(change).length > 0;
  const submit = (e: Event) => {
    e.preventDefault();
    if (!hasChange) return;
    void act.run(async () => {
      await changePerson(person.id, change);
      await changed();
      setSaved(true);
    });
  };
  return (
    <form class="stack" onSubmit={submit} onInput={() => setSaved(false)}>
      <div class="columns">
        <DisplayName value={displayName} change={setDisplayName} />
        <Group value={group} known={groups} change={setGroup} />
      </div>
      <Roles value={roles} change={setRoles} />
      <Refusal refused={act.refused} />
      <div class="actions">
        <button
          class="button primary"
          data-testid="person-save"
          aria-disabled={act.isBusy}
          disabled={!hasChange}
        >
          {act.isBusy ? "Saving…" : "Save"}
        </button>
        <span class="soft" role="status">
          {isSaved && !hasChange && "Saved."}
        </span>
      </div>
    </form>
  );
}

/** Only what differs: whoever else changes the same person meanwhile loses nothing. */
function changeOf(
  p: Person,
  made: Required<Pick<Person, "displayName" | "roles" | "group">>,
): Change {
  const change: Change = {};
  if (made.displayName.trim() !== p.displayName) change.displayName = made.displayName.trim();
  if (made.roles.join() !== p.roles.join()) change.roles = made.roles;
  if (made.group.trim() !== p.group) change.group = made.group.trim();
  return change;
}

interface Deed {
  label: string;
  testId: string;
  /** What to say before it is done; nothing where it needs no question. */
  ask?: { title: string; text: string; act: string };
  run: () => Promise<void>;
}

function PersonActs({ person: p, changed }: { person: Person; changed: () => Promise<void> }) {
  const [link, setLink] = useState("");
  const [asking, setAsking] = useState<Deed>();
  const act = useAct();
  const run = async (deed: Deed) => {
    setAsking(undefined);
    if (await act.run(deed.run)) await changed();
  };
  const deeds = deedsFor(p, async () => setLink(await newLink(p.id)));
  return (
    <div class="stack">
      <div class="actions">
        {deeds.map((deed) => (
          <button
            type="button"
            class="button"
            key={deed.testId}
            data-testid={deed.testId}
            aria-disabled={act.isBusy}
            onClick={() => (deed.ask ? setAsking(deed) : void run(deed))}
          >
            {deed.label}
          </button>
        ))}
      </div>
      <Refusal refused={act.refused} />
      {link && (
        <div class="stack" role="status">
          <p class="soft">
            Send this link to <bdi>{p.displayName}</bdi> to choose a new password. It works once,
            and is shown only now.
          </p>
          <LinkToCopy link={link} testId="reset-link" />
        </div>
      )}
      {asking?.ask && (
        <Confirm
          title={asking.ask.title}
          act={asking.ask.act}
          confirm={() => void run(asking)}
          cancel={() => setAsking(undefined)}
        >
          <p>{asking.ask.text}</p>
        </Confirm>
      )}
    </div>
  );
}

function deedsFor(p: Person, makeLink: () => Promise<void>): Deed[] {
  const deeds: Deed[] = [{ label: "Make a reset link", testId: "person-link", run: makeLink }];
  if (p.totp || p.passkeys > 0) {
    deeds.push({
      label: "Remove second factors",
      testId: "person-factors",
      ask: {
        title: `Remove the second factors of ${p.displayName}?`,
        text: "Authenticator app, passkeys and recovery codes go. Until they set up new ones, the password alone signs them in. Be sure that it is them who asks.",
        act: "Remove them",
      },
      run: () => removeFactors(p.id),
    });
  }
  if (p.signIns > 0) {
    deeds.push({
      label: `End sign-ins (${p.signIns})`,
      testId: "person-sign-ins",
      ask: {
        title: `Sign ${p.displayName} out everywhere?`,
        text: "Their live sessions end at once. They can sign in again.",
        act: "Sign them out",
      },
      run: () => endSignIns(p.id),
    });
  }
  if (p.photo) {
    deeds.push({
      label: "Remove photo",
      testId: "person-photo-remove",
      run: () => removePhotoOf(p.id),
    });
  }
  deeds.push(ableDeed(p));
  return deeds;
}

function ableDeed(p: Person): Deed {
  if (p.disabled) {
    return {
      label: "Enable",
      testId: "person-enable",
      run: () => changePerson(p.id, { disabled: false }),
    };
  }
  return {
    label: "Disable",
    testId: "person-disable",
    ask: {
      title: `Disable the account of ${p.displayName}?`,
      text: "Their live sessions end at once, and they cannot sign in until it is enabled again. Nothing is deleted.",
      act: "Disable",
    },
    run: () => changePerson(p.id, { disabled: true }),
  };
}
