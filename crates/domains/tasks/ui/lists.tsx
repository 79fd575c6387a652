import { type Grouping, type GroupView, type Scope, type TaskField, type TaskRow, useWords } from "@lifeos/core";
import { Keys, type Reveal } from "@lifeos/design";
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { type ReactNode, useMemo, useState } from "react";
import { Ahead } from "./ahead";
import { type Heading, withHeadings } from "./headings";
import { Empty, ListFace, ScreenHead, SectionHead } from "./screen";
import { type Printable, useOfferPrint } from "./print-offer";
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
  /** Groups that stand there even when nothing is in them, in their order, and how each is drawn. */
  headings?: { always: readonly string[]; draw: (heading: Heading) => ReactNode };
  takesOn?: ((beside: TaskRow) => TaskField[]) | undefined;
  /** Stands between the head and the rows. */
  notice?: ReactNode;
  /** A picture of the groups under the head; `go` brings a day's heading to the top. */
  picture?: (groups: readonly GroupView[], go: (day: string) => void) => ReactNode;
};

/** A list of tasks of any length under its name. */
export function ScopeList({ scope, title, aside, head, grouping = "none", empty, hides, isOrdered = false, inTrash = false, actions, footer, headings, takesOn, notice, picture }: ScopeListProps) {
  const state = useTaskList(scope, grouping);
  const words = useWords();
  const names = useTaskWords();
  const { t } = useLingui();
  const [reveal, setReveal] = useState<Reveal | null>(null);
  const scopeKey = JSON.stringify(scope);
  const isProject = hides?.project ?? false;
  useOfferPrint(useMemo<Printable>(() => ({ type: "list", title, scope: JSON.parse(scopeKey) as Scope, grouping, isProject }), [title, scopeKey, grouping, isProject]));
  const items = useMemo<ListItem[]>(() => {
    if (state.state !== "ready") return [];
    if (grouping === "none") return state.rows.map((row) => ({ kind: "task", row }));
    const name = (g: GroupView) => (g.day ? <DayHead day={g.day} count={g.total} /> : <SectionHead count={g.total}>{g.title ?? (g.priority ? names.priorityLong[g.priority] : g.list ? names.list[g.list] : t`Without a section`)}</SectionHead>);
    return withHeadings(state.rows, state.groups, headings?.always ?? [], state.more === null).map((item): ListItem =>
      item.kind === "task" ? item : { kind: "heading", key: `group-${item.group.record ?? item.group.day ?? item.group.priority ?? item.group.list ?? ""}`, content: headings?.draw(item) ?? name(item.group) },
    );
  }, [state, grouping, headings, names, t]);
  const top = head ?? (
    <ScreenHead
      title={title}
      actions={actions}
      aside={aside ?? (state.state === "ready" && state.total > 0 ? <Plural value={state.total} one="# task" other={`${words.number(state.total)} tasks`} /> : undefined)}
    >
      {picture && state.state === "ready" && state.total > 0 && picture(state.groups, (day) => setReveal({ key: `group-${day}` }))}
    </ScreenHead>
  );
  if (state.state !== "ready") return <ListFace state={state} head={top} />;
  return (
    <TaskList
      label={title}
      items={items}
      header={<>{top}{notice && <div className="px-4 pb-4 sm:pl-[calc(var(--margin)+0.75rem)]">{notice}</div>}{items.length === 0 && empty}</>}
      footer={footer ?? <div className="h-24" />}
      onNearEnd={state.more ?? undefined}
      {...(hides ? { hides } : {})}
      isOrdered={isOrdered}
      {...(takesOn ? { takesOn } : {})}
      inTrash={inTrash}
      reveal={reveal}
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
          <p><Trans>What comes to mind goes here first: press the plus<span className="pointer-coarse:hidden">, or <Keys keys="q" /> anywhere</span>. Later, give each a day, a project or a list.</Trans></p>
        </Empty>
      }
    />
  );
}

export function UpcomingScreen() {
  const { t } = useLingui();
  return <ScopeList scope={{ type: "upcoming" }} grouping="day" title={t`Upcoming`} hides={{ day: true }} picture={(groups, go) => <Ahead groups={groups} onGo={go} />} empty={<Empty title={t`Nothing ahead`}><p><Trans>Tasks with a date after today stand here, day by day.</Trans></p></Empty>} />;
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
