/** A new account, and the link with which its person chooses a password. */

import { useState } from "preact/hooks";
import { addPerson } from "../../admin/people.ts";
import type { Role } from "../../admin/people.ts";
import { useAct } from "../act.ts";
import { Field, LinkToCopy } from "../parts.tsx";
import { Refusal } from "../refusal.tsx";
import { DisplayName, Group, Roles } from "./person-fields.tsx";

interface AddPersonProps {
  groups: string[];
  changed: () => Promise<void>;
  close: () => void;
}

export function AddPerson({ groups, changed, close }: AddPersonProps) {
  const [made, setMade] = useState<{ name: string; link: string }>();
  if (made) return <Invitation name={made.name} link={made.link} close={close} />;
  const done = async (name: string, link: string) => {
    setMade({ name, link });
    await changed();
  };
  return <AddForm groups={groups} done={done} close={close} />;
}

interface AddFormProps {
  groups: string[];
  done: (name: string, link: string) => Promise<void>;
  close: () => void;
}

function AddForm({ groups, done, close }: AddFormProps) {
  const [displayName, setDisplayName] = useState("");
  const [name, setName] = useState("");
  const [roles, setRoles] = useState<Role[]>(["technician"]);
  const [group, setGroup] = useState("");
  const act = useAct();
  const submit = (e: Event) => {
    e.preventDefault();
    void act.run(async () => {
      const { person, link } = await addPerson({ name, displayName, roles, group });
      await done(person.displayName, link);
    });
  };
  return (
    <form class="panel wide" onSubmit={submit} aria-label="Add someone">
      <h2>Add someone</h2>
      <div class="columns">
        <DisplayName value={displayName} change={setDisplayName} isFirst />
        <Field label="Name to sign in with">
          {(ids) => (
            <input
              {...ids}
              class="input"
              data-testid="person-name"
              autocomplete="off"
              autocapitalize="none"
              spellcheck={false}
              maxLength={64}
              required
              value={name}
              onInput={(e) => setName(e.currentTarget.value)}
            />
          )}
        </Field>
      </div>
      <Roles value={roles} change={setRoles} />
      <Group value={group} known={groups} change={setGroup} />
      <Refusal refused={act.refused} />
      <div class="actions">
        <button class="button primary" data-testid="person-add" aria-disabled={act.isBusy}>
          {act.isBusy ? "Adding…" : "Add, and make an invitation"}
        </button>
        <button type="button" class="button quiet" onClick={close}>
          Cancel
        </button>
      </div>
    </form>
  );
}

function Invitation({ name, link, close }: { name: string; link: string; close: () => void }) {
  return (
    <section class="panel wide" role="status">
      <div>
        <h2>
          <bdi>{name}</bdi> is added
        </h2>
        <p class="soft">
          Send them this link. With it they choose their password; it works once. It is shown only
          now, and you can make another one.
        </p>
      </div>
      <LinkToCopy link={link} testId="invitation-link" />
      <div class="actions">
        <button type="button" class="button" onClick={close}>
          Done
        </button>
      </div>
    </section>
  );
}
