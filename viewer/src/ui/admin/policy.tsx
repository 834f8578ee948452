/** Policy: the organisation's rules, and those that groups add. */

import { useState } from "preact/hooks";
import { contradiction, GROUP_NAME, policyInForce, savePolicy } from "../../admin/policy.ts";
import type { GroupRules, Policy, Rules } from "../../admin/policy.ts";
import { useAct, useLoad } from "../act.ts";
import { Confirm, Empty, Field, Loading } from "../parts.tsx";
import { Refusal } from "../refusal.tsx";
import { Effective } from "./effective.tsx";
import { GroupForm, OrganisationForm } from "./rules-form.tsx";

export function PolicyPage() {
  const { value: policy, refused, reload } = useLoad(policyInForce);
  return (
    <div class="page" data-testid="policy-page">
      <header class="page-head">
        <h1>Policy</h1>
        <p class="soft">
          What technicians may do, and what people need to sign in. It can only take away: the
          person at the host decides, and their own limits always win. A change holds within a
          second, also for what runs.
        </p>
      </header>
      <Refusal refused={refused} />
      {!policy && !refused && <Loading />}
      {policy && <PolicyForm key={policy.version} policy={policy} reload={reload} />}
    </div>
  );
}

function PolicyForm({ policy, reload }: { policy: Policy; reload: () => Promise<void> }) {
  const [organisation, setOrganisation] = useState<Rules>(policy.organisation);
  const [groups, setGroups] = useState(policy.groups);
  const [isLeaving, setLeaving] = useState(false);
  const act = useAct();
  const made = { version: policy.version, organisation, groups };
  const hasChange = JSON.stringify(made) !== JSON.stringify(policy);
  const isWrong = Object.values(groups).some((rules) => contradiction(organisation, rules) !== "");
  const isConflict = act.refused?.code === "conflict";
  const save = (e: Event) => {
    e.preventDefault();
    if (!hasChange || isWrong) return;
    void act.run(async () => {
      await savePolicy(made);
      await reload();
    });
  };
  const setGroup = (name: string, rules: GroupRules | undefined) => {
    const { [name]: _, ...others } = groups;
    setGroups(rules ? { ...groups, [name]: rules } : others);
  };
  return (
    <form class="stack page-wide" onSubmit={save}>
      <section class="panel wide" aria-labelledby="organisation-title">
        <h2 id="organisation-title">Everybody</h2>
        <OrganisationForm rules={organisation} change={setOrganisation} />
      </section>
      {Object.entries(groups).map(([name, rules]) => (
        <GroupPanel
          key={name}
          name={name}
          organisation={organisation}
          rules={rules}
          change={(r) => setGroup(name, r)}
        />
      ))}
      <AddGroup taken={Object.keys(groups)} add={(name) => setGroup(name, {})} />
      <div class="save-bar">
        <Refusal refused={act.refused} />
        <div class="actions">
          <button
            class="button primary"
            data-testid="policy-save"
            aria-disabled={act.isBusy}
            disabled={!hasChange || isWrong}
          >
            {act.isBusy ? "Saving…" : "Save the policy"}
          </button>
          {isConflict ? (
            <button
              type="button"
              class="button"
              data-testid="policy-reload"
              onClick={() => setLeaving(true)}
            >
              Load what is in force
            </button>
          ) : (
            hasChange && (
              <button type="button" class="button quiet" onClick={() => setLeaving(true)}>
                Undo all changes
              </button>
            )
          )}
          <span class="soft" role="status">
            {hasChange ? "Not saved yet." : `In force: edition ${policy.version}.`}
          </span>
        </div>
      </div>
      {isLeaving && (
        <Confirm
          title="Undo your changes?"
          act="Undo them"
          confirm={() => {
            setLeaving(false);
            setOrganisation(policy.organisation);
            setGroups(policy.groups);
            act.forget();
            void reload();
          }}
          cancel={() => setLeaving(false)}
        >
          <p>What you changed since the last save is lost.</p>
        </Confirm>
      )}
    </form>
  );
}

interface GroupPanelProps {
  name: string;
  organisation: Rules;
  rules: GroupRules;
  /** Undefined removes the group. */
  change: (rules: GroupRules | undefined) => void;
}

function GroupPanel({ name, organisation, rules, change }: GroupPanelProps) {
  const wrong = contradiction(organisation, rules);
  return (
    <section class="panel wide" aria-label={`Group ${name}`} data-testid={`group-${name}`}>
      <div class="part-head">
        <div>
          <h2>
            Group <bdi>{name}</bdi>
          </h2>
          <p class="soft">Only what is stricter than for everybody. The rest is as above.</p>
        </div>
        <button type="button" class="button quiet" onClick={() => change(undefined)}>
          Remove
        </button>
      </div>
      <GroupForm organisation={organisation} rules={rules} change={change} />
      {wrong && (
        <p class="problem" role="alert">
          {wrong}
        </p>
      )}
      <Effective organisation={organisation} group={rules} />
    </section>
  );
}

function AddGroup({ taken, add }: { taken: string[]; add: (name: string) => void }) {
  const [name, setName] = useState("");
  const isName = new RegExp(`^${GROUP_NAME}$`).test(name);
  const isTaken = taken.includes(name);
  const put = () => {
    if (!isName || isTaken) return;
    add(name);
    setName("");
  };
  return (
    <section class="panel wide" aria-label="Add a group">
      {taken.length === 0 && (
        <Empty>
          No group has rules of its own. Who is in which group is set on the page of people.
        </Empty>
      )}
      <div class="add-group">
        <Field
          label="Another group"
          hint={
            isTaken ? "That group is above." : "Small letters, digits, dot, hyphen and underscore."
          }
        >
          {(ids) => (
            <input
              {...ids}
              class="input"
              data-testid="group-name"
              autocomplete="off"
              autocapitalize="none"
              spellcheck={false}
              maxLength={32}
              value={name}
              aria-invalid={name !== "" && (!isName || isTaken)}
              onInput={(e) => setName(e.currentTarget.value)}
              onKeyDown={(e) => {
                if (e.key !== "Enter") return;
                e.preventDefault();
                put();
              }}
            />
          )}
        </Field>
        <button
          type="button"
          class="button"
          data-testid="group-add"
          disabled={!isName || isTaken}
          onClick={put}
        >
          Add the group
        </button>
      </div>
    </section>
  );
}
