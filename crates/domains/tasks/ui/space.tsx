import { type Scope, useMayWrite, useMembers, useNavigation, useSharedSpace } from "@lifeos/core";
import { ActionMenu, Banner, Button, IconButton, Segmented } from "@lifeos/design";
import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { ScopeList } from "./lists";
import { usePersonName } from "./person-name";
import { useQuickAdd } from "./quick-add";
import { Empty } from "./screen";

type Part = "open" | "mine" | "done";

/** The tasks of a space that is shared: all that are open, those that are the person's to do, those that are done. */
export function SpaceScreen() {
  const { t } = useLingui();
  const { go } = useNavigation();
  const quickAdd = useQuickAdd();
  const space = useSharedSpace();
  const members = useMembers();
  const mayWrite = useMayWrite();
  const nameOf = usePersonName();
  const [part, setPart] = useState<Part>("open");
  const me = members.find((person) => person.this)?.account;
  const scopes: Record<Part, Scope> = { open: { type: "open" }, mine: me ? { type: "assigned", account: me } : { type: "open" }, done: { type: "logbook" } };
  const empty = {
    open: (
      <Empty title={t`Nothing is open here`} {...(mayWrite ? { actions: <Button tone="primary" icon="plus" onPress={() => quickAdd.open()}>{t`Write the first task`}</Button> } : {})}>
        <p><Trans>What stands here is seen by everybody in this space, and by nobody else.</Trans></p>
      </Empty>
    ),
    mine: <Empty title={t`Nothing is yours to do here`}><p><Trans>Tasks that somebody gives to you stand here.</Trans></p></Empty>,
    done: <Empty title={t`Nothing is done yet`}><p><Trans>What is completed and cancelled here is kept, day by day.</Trans></p></Empty>,
  };
  const title = space?.name ?? t`Space without a name`;
  return (
    <ScopeList
      key={part}
      scope={scopes[part]}
      grouping={part === "done" ? "day" : "none"}
      isOrdered={part === "open" && mayWrite}
      title={title}
      aside={space === null ? "…" : members.map(nameOf).join(", ")}
      actions={
        <>
          {mayWrite && <IconButton icon="plus" label={t`New task in this space`} keys="q" onPress={() => quickAdd.open()} />}
          <ActionMenu label={t`More for this space`} actions={[{ id: "people", label: t`People`, icon: "people", onAction: () => go("/people") }]} />
        </>
      }
      notice={
        <div className="flex flex-col gap-3">
          {space?.role === "viewer" && <Banner title={t`You may read here, and not write.`} />}
          {space !== null && space.role === null && <Banner tone="attention" title={t`You were removed from this space`}><Trans>What was written until then stays with you, to be read. What others write here now does not reach you.</Trans></Banner>}
          <Segmented<Part> label={t`Which tasks`} hideLabel value={part} onChange={setPart} choices={[{ value: "open", label: t`Open` }, { value: "mine", label: t`Mine to do` }, { value: "done", label: t`Done` }]} />
        </div>
      }
      empty={empty[part]}
    />
  );
}
