import { type Grouping, type GroupView, type Scope, useTasks, useWords } from "@lifeos/core";
import { Button, DialogActions, Dialog, DialogBody, Keys } from "@lifeos/design";
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { type ReactNode, useMemo, useState } from "react";
import { useTaskActions } from "./context";
import { Empty, ListFace, ScreenHead, SectionHead } from "./screen";
import { type ListItem, TaskList } from "./task-list";
import { useTaskList } from "./use-task-list";
import { useTaskWords } from "./words";

export type ScopeListProps = {
  scope: Scope;
  title: string;
  aside?: ReactNode;
  head?: ReactNode;
  grouping?: Grouping;
  empty: ReactNode;
  hides?: { project?: boolean; day?: boolean };
  isOrdered?: boolean;
  inTrash?: boolean;
  actions?: ReactNode;
  footer?: ReactNode;
  heading?: (group: GroupView) => ReactNode;
};

/** A list of tasks of any length under its name. */
export function ScopeList({ scope, title, aside, head, grouping = "none", empty, hides, isOrdered = false, inTrash = false, actions, footer, heading }: ScopeListProps) {
  const state = useTaskList(scope, grouping);
  const words = useWords();
  const names = useTaskWords();
  const { t } = useLingui();
  const items = useMemo<ListItem[]>(() => {
    if (state.state !== "ready") return [];
    const headings = new Map(state.groups.map((group) => [group.start, group]));
    return state.rows.flatMap((row, at): ListItem[] => {
      const group = headings.get(at);
      const name = (g: GroupView) => heading?.(g) ?? (g.day ? <DayHead day={g.day} count={g.total} /> : <SectionHead count={g.total}>{g.title ?? (g.priority ? names.priorityLong[g.priority] : g.list ? names.list[g.list] : t`Without a section`)}</SectionHead>);
      const line: ListItem = { kind: "task", row };
      return group && grouping !== "none" ? [{ kind: "heading", key: `group-${group.start}-${group.record ?? group.day ?? ""}`, content: name(group) }, line] : [line];
    });
  }, [state, grouping, heading, names, t]);
  const top = head ?? (
    <ScreenHead
      title={title}
      actions={actions}
      aside={aside ?? (state.state === "ready" && state.total > 0 ? <Plural value={state.total} one="# task" other={`${words.number(state.total)} tasks`} /> : undefined)}
    />
  );
  if (state.state !== "ready") return <ListFace state={state} head={top} />;
  return (
    <TaskList
      label={title}
      items={items}
      header={<>{top}{items.length === 0 && empty}</>}
      footer={footer ?? <div className="h-24" />}
      onNearEnd={state.more ?? undefined}
      {...(hides ? { hides } : {})}
      isOrdered={isOrdered}
      inTrash={inTrash}
    />
  );
}

/** A day as an almanac prints it: the figure hangs in the margin, its name stands in the column. */
function DayHead({ day, count }: { day: string; count: number }) {
  const words = useWords();
  return (
    <div className="relative flex items-baseline gap-2 border-b border-line pb-1">
      <span aria-hidden className="figures absolute right-full hidden pr-3 text-title leading-none font-semibold sm:block">{words.dayNumber(day)}</span>
      <h2 className="font-semibold">{words.longDay(day)}</h2>
      <span className="figures text-small text-ink-3">{count}</span>
    </div>
  );
}

export function InboxScreen() {
  const { t } = useLingui();
  return (
    <ScopeList
      scope={{ type: "inbox" }}
      title={t`Inbox`}
      isOrdered
      empty={
        <Empty title={t`The inbox is empty`}>
          <p className="flex flex-wrap items-center gap-1.5"><Trans>What comes to mind goes here first: press <Keys keys="q" /> anywhere. Later, give each a day, a project or a list.</Trans></p>
        </Empty>
      }
    />
  );
}

export function UpcomingScreen() {
  const { t } = useLingui();
  return <ScopeList scope={{ type: "upcoming" }} grouping="day" title={t`Upcoming`} hides={{ day: true }} empty={<Empty title={t`Nothing ahead`}><p><Trans>Tasks with a date after today stand here, day by day.</Trans></p></Empty>} />;
}

export function NextScreen() {
  const { t } = useLingui();
  return <ScopeList scope={{ type: "next" }} title={t`Next`} isOrdered empty={<Empty title={t`Nothing is next`}><p><Trans>What you can do as soon as there is time, without a date. Move tasks here from the inbox.</Trans></p></Empty>} />;
}

export function WaitingScreen() {
  const { t } = useLingui();
  return <ScopeList scope={{ type: "waiting" }} title={t`Waiting`} isOrdered empty={<Empty title={t`Waiting for nobody`}><p><Trans>Tasks where somebody else has to move first.</Trans></p></Empty>} />;
}

export function SomedayScreen() {
  const { t } = useLingui();
  return <ScopeList scope={{ type: "someday" }} title={t`Someday`} isOrdered empty={<Empty title={t`No somedays`}><p><Trans>Ideas that may wait without a bad conscience. They never show up elsewhere.</Trans></p></Empty>} />;
}

export function LogbookScreen() {
  const { t } = useLingui();
  return <ScopeList scope={{ type: "logbook" }} grouping="day" title={t`Logbook`} hides={{ day: true }} empty={<Empty title={t`Nothing is done yet`}><p><Trans>Everything completed and cancelled is kept here, day by day, for good.</Trans></p></Empty>} />;
}

export function TrashScreen() {
  const { t } = useLingui();
  const actions = useTaskActions();
  const others = useTasks<"trash">({ type: "trash" });
  const counts = useTasks<"counts">({ type: "counts" });
  const [asks, setAsks] = useState(false);
  const total = counts.state === "ready" ? counts.view.counts.trash : 0;
  const records = others.state === "ready" ? [...others.view.projects, ...others.view.labels] : [];
  return (
    <>
      <ScopeList
        scope={{ type: "trash" }}
        title={t`Trash`}
        inTrash
        aside={t`Kept for 30 days, then erased.`}
        actions={total > 0 && <Button tone="danger" onPress={() => setAsks(true)}>{t`Empty the trash`}</Button>}
        empty={records.length === 0 && <Empty title={t`The trash is empty`} />}
        footer={
          records.length > 0 && (
            <section aria-label={t`Projects and labels in the trash`} className="px-4 pb-20 sm:pl-[calc(var(--margin)+0.75rem)]">
              <SectionHead count={records.length}>{t`Projects and labels`}</SectionHead>
              <ul>
                {records.map((record) => (
                  <li key={record.id} className="flex min-h-(--row) items-center justify-between gap-3">
                    <span className="truncate text-ink-2">{record.title}</span>
                    <Button tone="quiet" onPress={() => void actions.run({ type: "restoreRecords", records: [record.id] })}>{t`Take out`}</Button>
                  </li>
                ))}
              </ul>
            </section>
          )
        }
      />
      <Dialog title={t`Erase what is in the trash?`} role="alertdialog" width="narrow" isOpen={asks} onClose={() => setAsks(false)}>
        <DialogBody>
          <p><Plural value={total} one="One record is erased from every device and from the box. This cannot be undone." other="# records are erased from every device and from the box. This cannot be undone." /></p>
          <p className="text-ink-2"><Trans>Backups that exist already keep them until those backups expire.</Trans></p>
        </DialogBody>
        <DialogActions>
          <Button onPress={() => setAsks(false)}>{t`Keep`}</Button>
          <Button tone="danger" onPress={() => { setAsks(false); void actions.run({ type: "emptyTrash", records: null }); }}>{t`Erase for good`}</Button>
        </DialogActions>
      </Dialog>
    </>
  );
}

