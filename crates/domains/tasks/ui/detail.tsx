import { type BulkEdit, type TaskDetailView, type TaskStatus, useMayWrite, useNavigation, useSpace, useTasks, useWords } from "@lifeos/core";
import { ActionMenu, EditableText, Icon, IconButton, Link, Mark, PlainButton, Property, Segmented, Select, Skeleton, useOnePane, useShortcuts, useToast, valueShape, cx } from "@lifeos/design";
import { Trans, useLingui } from "@lingui/react/macro";
import { useEffect, useLayoutEffect, useRef } from "react";
import { AssigneeValue } from "./assignee";
import { Checklist, Subtasks } from "./checklist";
import { useTaskActions } from "./context";
import { History } from "./history";
import { useTextLimits } from "./limits";
import { canShare, give, textOf } from "./give";
import { useListOrder } from "./list-order";
import { Notes } from "./notes";
import { HomeValue, LabelsValue } from "./pickers";
import { Empty, NotRead } from "./screen";
import { SectionValue } from "./sections";
import { TimeSpent } from "./time-spent";
import { WhenValue } from "./when-picker";
import { priorities, priorityLevel, useTaskWords } from "./words";

/** Everything about one task, beside the list or, on a phone, over it. */
export function TaskDetail({ id }: { id: string }) {
  const { t } = useLingui();
  const { openRecord } = useNavigation();
  const live = useTasks<"task">({ type: "task", task: id });
  const panel = useRef<HTMLElement>(null);
  useShortcuts([{ keys: "Escape", label: t`Close the detail`, group: t`In a task`, run: () => openRecord(null) }]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another task begins at its top
  useEffect(() => {
    panel.current?.scrollTo({ top: 0 });
  }, [id]);
  const shown = useRef(id);
  shown.current = id;
  // Over the list it takes the focus, which cannot stay on what is covered.
  const isOver = useOnePane();
  useEffect(() => {
    if (isOver && !panel.current?.contains(document.activeElement)) panel.current?.focus();
  }, [isOver]);
  // Who closes it from within goes on at the task's place in the list, once that is uncovered.
  useLayoutEffect(() => {
    const own = panel.current;
    return () => {
      if (!own?.contains(document.activeElement)) return;
      const back = () => document.querySelector<HTMLElement>(`[data-key="${CSS.escape(shown.current)}"]`)?.focus();
      back();
      requestAnimationFrame(() => document.activeElement === document.body && back());
    };
  }, []);
  const task = live.state === "ready" ? live.view.task : null;
  return (
    <section ref={panel} aria-label={t`Task`} tabIndex={-1} className="quiet-scroll outline-none flex h-full flex-col bg-paper">
      {task ? (
        <TaskBody key={id} task={task} />
      ) : (
        <>
          <div className="flex justify-end p-2"><IconButton icon="close" label={t`Close`} keys="Esc" onPress={() => openRecord(null)} /></div>
          {live.state === "loading" ? <Skeleton label={t`Loading`} rows={4} /> : live.state === "failed" ? <div className="px-4"><NotRead title={t`This task could not be read`} /></div> : <div className="px-5"><Empty isInset title={t`This task is not here`}><p><Trans>It was erased, or is on its way from another device.</Trans></p></Empty></div>}
        </>
      )}
    </section>
  );
}

function TaskBody({ task }: { task: TaskDetailView }) {
  const { t } = useLingui();
  const { row } = task;
  const actions = useTaskActions();
  const { openRecord } = useNavigation();
  const words = useTaskWords();
  const limits = useTextLimits();
  const order = useListOrder(row.id);
  const space = useSpace();
  const mayWrite = useMayWrite();
  const toast = useToast();
  // Where a finger cannot drag; what is moved is covered by this page, so it is said.
  const shift = (step: 1 | -1) => {
    if (!order) return;
    order.move(step);
    const place = format.number(order.at + 1 + step);
    const of = format.number(order.of);
    toast({ text: step < 0 ? t`Moved up, to place ${place} of ${of}.` : t`Moved down, to place ${place} of ${of}.` });
  };
  const format = useWords();
  const trashed = row.trashedAtMs !== null;
  const giveAway = async () => {
    const given = await give(textOf(task, format));
    if (given === "copied") toast({ text: t`Copied.` });
    else if (given === "failed") toast({ tone: "danger", text: t`The browser did not allow it.` });
  };
  const edit = (change: BulkEdit) => actions.edit([row.id], change);
  const toggle = () => edit({ type: row.status === "completed" || row.status === "cancelled" ? "reopen" : "complete" });
  const setLabels = (next: readonly string[]) => {
    for (const label of next.filter((other) => !row.labels.includes(other))) edit({ type: "addLabel", label });
    for (const label of row.labels.filter((other) => !next.includes(other))) edit({ type: "removeLabel", label });
  };
  return (
    <>
      <div className="sticky top-0 z-10 flex items-center justify-between gap-2 bg-paper px-3 py-2">
        <span className="min-w-0 truncate text-small text-ink-3">
          {task.parentTitle && row.parent ? (
            <PlainButton className={cx(valueShape, "text-small! ml-0!")} onPress={() => openRecord(row.parent)}><Icon name="back" size={14} /><span className="truncate">{task.parentTitle}</span></PlainButton>
          ) : task.projectTitle && row.project ? (
            <Link plain href={`/projects/${row.project}`} className="rounded-sm px-2 py-1 hovered:bg-hover">{task.projectTitle}{task.sectionTitle && ` › ${task.sectionTitle}`}</Link>
          ) : null}
        </span>
        <span className="flex">
          <ActionMenu
            label={t`More for this task`}
            actions={[
              ...(row.status === "pending" ? [{ id: "start", label: t`Begin`, icon: "clock" as const, onAction: () => edit({ type: "start" }) }] : []),
              ...(row.status === "inProgress" ? [{ id: "stop", label: t`Not begun after all`, icon: "undo" as const, onAction: () => edit({ type: "reopen" }) }] : []),
              ...(order && !trashed ? [
                { id: "up", label: t`Move up`, icon: "up" as const, keys: "Alt+↑", isDisabled: order.at === 0, onAction: () => shift(-1) },
                { id: "down", label: t`Move down`, icon: "down" as const, keys: "Alt+↓", isDisabled: order.at === order.of - 1, onAction: () => shift(1) },
              ] : []),
              { id: "cancel", label: t`Cancel this task`, icon: "cancelled", isDisabled: row.status === "cancelled", onAction: () => edit({ type: "cancel" }) },
              null,
              { id: "share", label: canShare() ? t`Share` : t`Copy as text`, icon: canShare() ? "share" : "copy", onAction: () => void giveAway() },
              trashed
                ? { id: "restore", label: t`Take out of the trash`, icon: "undo", onAction: () => edit({ type: "restore" }) }
                : { id: "trash", label: t`Move to the trash`, icon: "trash", tone: "danger", keys: "Delete", onAction: () => { actions.trash([row.id]); openRecord(null); } },
            ]}
          />
          <IconButton icon="close" label={t`Close`} keys="Esc" onPress={() => openRecord(null)} />
        </span>
      </div>
      <div className="flex flex-1 flex-col gap-5 px-5 pb-10">
        {!mayWrite && <p className="rounded-sm bg-sunken px-3 py-2 text-small text-ink-2">{t`You may read here, and not write.`}</p>}
        <fieldset disabled={!mayWrite} className="contents">
        <div className="grid grid-cols-[auto_1fr] gap-3">
          <span className="pt-1.5"><Mark label={row.title} size="title" state={row.status === "pending" ? "open" : row.status === "inProgress" ? "in_progress" : row.status} priority={priorityLevel[row.priority]} onToggle={toggle} /></span>
          <h2 className="min-w-0">
            <EditableText label={t`Title`} value={row.title} required limit={limits.title} keepAs={`${row.id} title`} onCommit={(title) => actions.set([row.id], { title })} className={cx("text-title leading-snug font-semibold", row.status === "cancelled" && "text-ink-3 line-through")} />
          </h2>
        </div>
        {trashed && task.expiresAtMs !== null && <p className="rounded-sm bg-ochre-soft px-3 py-2 text-small"><Trans>In the trash. It is erased on {format.moment(task.expiresAtMs)}.</Trans></p>}
        <Notes label={t`Notes`} record={row.id} value={task.notes} onCommit={(notes) => actions.set([row.id], { notes })} />
        <div className="flex flex-col border-y border-line py-2">
          <Property name={t`Status`}>
            <Select<TaskStatus>
              label={t`Status`} hideLabel look="bare" value={row.status}
              choices={(["pending", "inProgress", "completed", "cancelled"] as const).map((value) => ({ value, label: words.status[value] }))}
              onChange={(status) => edit({ type: ({ pending: "reopen", inProgress: "start", completed: "complete", cancelled: "cancel" } as const)[status] })}
            />
          </Property>
          <Property name={t`Belongs to`}>
            <HomeValue value={{ list: row.list, project: row.project }} onChange={(home) => actions.set([row.id], ...(home.list ? [{ list: home.list }] : []), ...(home.project !== undefined ? [{ project: home.project }] : []))} />
          </Property>
          {space !== null && <Property name={t`Assigned to`}><AssigneeValue value={row.assignee} onChange={(assignee) => actions.set([row.id], { assignee })} /></Property>}
          {row.project && <Property name={t`Section`}><SectionValue task={row.id} project={row.project} value={row.section} /></Property>}
          <Property name={t`Labels`}><LabelsValue value={row.labels} onChange={setLabels} /></Property>
          <Property name={t`Scheduled`}>
            <WhenValue label={t`Scheduled`} empty={t`Not scheduled`} value={row.scheduled?.start ?? null} onChange={(start) => actions.set([row.id], { scheduled: start && { start, minutes: row.scheduled?.minutes ?? null } })} />
            {row.scheduled && <MinutesValue label={t`Length`} value={row.scheduled.minutes} onChange={(minutes) => row.scheduled && actions.set([row.id], { scheduled: { start: row.scheduled.start, minutes } })} empty={t`any length`} />}
          </Property>
          <Property name={t`Due`}><WhenValue label={t`Due`} empty={t`No due date`} value={row.due} onChange={(due) => actions.set([row.id], { due })} tone={row.dueState === "overdue" ? "late" : "plain"} /></Property>
          <Property name={t`Deadline`}><WhenValue label={t`Deadline`} icon="deadline" empty={t`No deadline`} value={row.deadline} onChange={(deadline) => actions.set([row.id], { deadline })} tone="late" /></Property>
          <Property name={t`Not before`}><WhenValue label={t`Not before`} empty={t`Any time`} value={row.defer} onChange={(defer) => actions.set([row.id], { defer })} /></Property>
          <Property name={t`Priority`}>
            <Segmented label={t`Priority`} hideLabel value={row.priority} choices={priorities.map((value) => ({ value, label: words.priority[value] }))} onChange={(priority) => actions.set([row.id], { priority })} />
          </Property>
          <Property name={t`Weight`}>
            <Flag label={t`Urgent`} isOn={row.urgent} onChange={(urgent) => actions.set([row.id], { urgent })} />
            <Flag label={t`Important`} isOn={row.important} onChange={(important) => actions.set([row.id], { important })} />
          </Property>
          <Property name={t`Estimate`}><MinutesValue label={t`Estimate`} value={row.estimateMinutes} onChange={(estimateMinutes) => actions.set([row.id], { estimateMinutes })} empty={t`No estimate`} /></Property>
          <Property name={t`Time spent`}><TimeSpent task={task} /></Property>
        </div>
        <Checklist task={row.id} items={task.checklist} />
        <Subtasks task={row} rows={task.subtasks} />
        </fieldset>
        <History record={row.id} />
        <p className="figures mt-auto text-small text-ink-3">
          <Trans>Written {format.moment(task.createdAtMs)}</Trans>
        </p>
      </div>
    </>
  );
}

function Flag({ label, isOn, onChange }: { label: string; isOn: boolean; onChange: (on: boolean) => void }) {
  return (
    <button type="button" aria-pressed={isOn} onClick={() => onChange(!isOn)} className={cx("h-8 rounded-full border px-3 text-small pointer-coarse:h-11", isOn ? "border-accent/40 bg-accent-soft text-ink" : "border-line text-ink-2 hover:bg-hover")}>
      {label}
    </button>
  );
}

/** Minutes from a short list. */
export function MinutesValue({ label, value, onChange, empty }: { label: string; value: number | null; onChange: (minutes: number | null) => void; empty: string }) {
  const words = useWords();
  const steps = [5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 360, 480];
  const known = value !== null && !steps.includes(value) ? [...steps, value].toSorted((a, b) => a - b) : steps;
  return (
    <Select
      label={label}
      hideLabel
      look="bare"
      className={value === null ? "text-ink-3" : ""}
      value={value === null ? "none" : String(value)}
      choices={[{ value: "none", label: empty }, ...known.map((minutes) => ({ value: String(minutes), label: words.minutes(minutes) }))]}
      onChange={(next) => onChange(next === "none" ? null : Number(next))}
    />
  );
}
