import { type TaskRow, useClock, useMayWrite, useWords } from "@lifeos/core";
import { cx, type DropEdge, Icon, LabelDot, Mark, useDragRow } from "@lifeos/design";
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { type MouseEvent, memo, type ReactNode, useRef } from "react";
import { useTasksShared } from "./context";
import { useAssigneeName } from "./person-name";
import { priorityLevel, useTaskWords } from "./words";

export type TaskLineProps = {
  row: TaskRow;
  isFocused: boolean;
  isSelected: boolean;
  isOpen: boolean;
  isClosing: boolean;
  /** What the list already says, so that the rows need not. */
  hides?: { project?: boolean; day?: boolean; today?: boolean } | undefined;
  canDrag: boolean;
  /** What swiping it to the right and to the left does. */
  swipes: { right: string; left: string };
  index: number;
  acts: LineActs;
};

/** What can be done at a line. The same object from one drawing to the next. */
export type LineActs = {
  toggle: (row: TaskRow) => void;
  press: (event: MouseEvent, row: TaskRow) => void;
  focus: (row: TaskRow) => void;
  drop: (moved: string, row: TaskRow, edge: DropEdge) => void;
};

/** One task: when in the margin, what in the column, where at the end. Drawn again when it changed. */
export const TaskLine = memo(Line, (before, after) => {
  const { hides: hid, swipes: swiped, ...was } = before;
  const { hides, swipes, ...is } = after;
  const same = Object.entries(is).every(([name, value]) => Object.is(value, was[name as keyof typeof was]));
  return same && hid?.project === hides?.project && hid?.day === hides?.day && hid?.today === hides?.today && swiped.right === swipes.right && swiped.left === swipes.left;
});

function Line({ row, isFocused, isSelected, isOpen, isClosing, hides, canDrag, swipes, index, acts }: TaskLineProps) {
  const words = useTaskWords();
  const mayWrite = useMayWrite();
  const ref = useRef<HTMLDivElement>(null);
  const { edge, isDragged } = useDragRow({ ref, kind: "task", id: row.id, isEnabled: canDrag, onDrop: (moved, edge) => acts.drop(moved, row, edge) });
  const closed = row.status === "completed" || row.status === "cancelled";
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid above it handles the keys of its rows
    <div
      ref={ref}
      role="row"
      aria-rowindex={index + 1}
      aria-selected={isSelected}
      data-key={row.id}
      data-right={swipes.right}
      data-left={swipes.left}
      tabIndex={isFocused ? 0 : -1}
      onFocus={(event) => event.target === event.currentTarget && acts.focus(row)}
      onClick={(event) => acts.press(event, row)}
      className={cx(
        "group relative mx-1 grid min-h-(--row) grid-cols-[auto_1fr] content-center items-start gap-x-3 sm:items-center rounded-sm px-3 py-1.5 compact:py-1 focus-visible:-outline-offset-2 sm:mx-0 sm:grid-cols-[var(--margin)_auto_1fr] sm:pl-0",
        isSelected ? "bg-accent-soft" : isOpen ? "bg-hover" : "hover:bg-hover/60",
        isDragged && "opacity-40",
        "transition-opacity duration-(--settle)",
        isClosing && "opacity-55",
      )}
    >
      {edge && <span aria-hidden className={cx("absolute inset-x-2 h-0.5 rounded-full bg-accent", edge === "top" ? "-top-px" : "-bottom-px")} />}
      <span role="gridcell" className="hidden justify-self-end text-right text-small sm:block">
        <MarginWhen row={row} hidesDay={hides?.day ?? false} hidesToday={hides?.today ?? false} />
      </span>
      <span role="gridcell" className="flex pt-0.5 sm:pt-0">
        <Mark label={row.title} state={isClosing ? "completed" : row.status === "pending" ? "open" : row.status === "inProgress" ? "in_progress" : row.status} priority={priorityLevel[row.priority]} isDisabled={!mayWrite} onToggle={() => acts.toggle(row)} />
      </span>
      <span role="gridcell" className="flex min-w-0 flex-col gap-x-4 sm:flex-row sm:items-baseline">
        <span className={cx("min-w-0 flex-1 break-words sm:truncate", closed || isClosing ? "text-ink-3" : "text-ink", row.status === "cancelled" && "line-through")}>
          {row.title}
          {row.priority !== "none" && <span className="sr-only">, {words.priorityLong[row.priority]}</span>}
          <span className="hidden sm:inline"><Hints row={row} /></span>
        </span>
        <Where row={row} hidesProject={hides?.project ?? false} hidesDay={hides?.day ?? false} hidesToday={hides?.today ?? false} />
      </span>
    </div>
  );
}

/** The date that matters most: when it was closed, its time today, what is late, or what comes first. */
function MarginWhen({ row, hidesDay: hidesAll, hidesToday }: { row: TaskRow; hidesDay: boolean; hidesToday: boolean }) {
  const { t } = useLingui();
  const words = useWords();
  const { today } = useClock();
  const late = row.dueState === "overdue";
  const shown = row.scheduled?.start ?? row.deadline ?? row.due ?? row.defer;
  const hidesDay = hidesAll || (hidesToday && shown !== null && words.dayOf(shown) === today);
  if (row.closedAtMs !== null) return <Quiet>{hidesDay ? words.timeAt(row.closedAtMs) : words.shortDay(words.dayAt(row.closedAtMs))}</Quiet>;
  if (row.scheduled && !late) {
    const minute = words.minuteOf(row.scheduled.start);
    if (hidesDay) return minute ? <span className="figures font-medium text-ink">{words.time(minute)}</span> : null;
    return <span className="figures font-medium text-ink"><span className="sr-only">{t`Scheduled`} </span>{words.shortWhen(row.scheduled.start)}</span>;
  }
  const end = row.deadline && (!row.due || words.dayOf(row.deadline) <= words.dayOf(row.due)) ? row.deadline : row.due;
  if (end) {
    const isDeadline = end === row.deadline;
    if (hidesDay && !isDeadline && !late) {
      const minute = words.minuteOf(end);
      return minute ? <Quiet>{words.time(minute)}</Quiet> : null;
    }
    return (
      <span className={cx("figures inline-flex items-center justify-end gap-1 whitespace-nowrap", late ? "font-semibold text-madder" : isDeadline ? "text-madder" : row.dueState === "today" ? "font-medium text-ink" : "text-ink-2")}>
        {isDeadline && <Icon name="deadline" size={12} />}
        <span className="sr-only">{late ? t`Overdue since` : isDeadline ? t`Deadline` : t`Due`} </span>
        {hidesDay && isDeadline && !late ? <span aria-hidden>{t`Deadline`}</span> : words.shortWhen(end)}
      </span>
    );
  }
  if (row.defer && !hidesDay) return <Quiet><span className="sr-only">{t`Not before`} </span>{words.shortWhen(row.defer)}</Quiet>;
  return null;
}

function Quiet({ children }: { children: ReactNode }) {
  return <span className="figures whitespace-nowrap text-ink-3">{children}</span>;
}

/** Small signs after the title: that there is more inside. */
function Hints({ row }: { row: TaskRow }) {
  const parts = row.subtasks.total + row.checklist.total;
  const done = row.subtasks.done + row.checklist.done;
  return (
    <span className="inline-flex translate-y-px items-center gap-2 text-small text-ink-3 sm:ml-2">
      {parts > 0 && (
        <span className="figures">
          <span aria-hidden>{done}/{parts}</span>
          <span className="sr-only">
            <Plural value={parts} one={`${done} of # part done`} other={`${done} of # parts done`} />
          </span>
        </span>
      )}
      {row.hasNotes && <span className="inline-flex self-center"><Icon name="file" size={13} /><span className="sr-only"><Trans>has notes</Trans></span></span>}
      {row.lostParent && <span className="text-ochre"><Trans>parent in trash</Trans></span>}
    </span>
  );
}

function Where({ row, hidesProject, hidesDay, hidesToday }: { row: TaskRow; hidesProject: boolean; hidesDay: boolean; hidesToday: boolean }) {
  const words = useWords();
  const { projects, labels } = useTasksShared();
  const project = row.project && !hidesProject ? projects.get(row.project) : undefined;
  const who = useAssigneeName(row.assignee);
  const named = row.labels.map((id) => labels.get(id)).filter((label) => label !== undefined);
  const hasWhen = row.closedAtMs !== null || row.scheduled !== null || row.due !== null || row.deadline !== null || row.defer !== null;
  const hasHints = row.hasNotes || row.lostParent || row.subtasks.total + row.checklist.total > 0;
  const isBare = !project && !who && named.length === 0 && row.estimateMinutes === null;
  if (isBare && !hasWhen && !hasHints) return null;
  return (
    <span className={cx("flex min-w-0 flex-wrap items-center gap-x-3 text-small text-ink-3 sm:max-w-[45%] sm:flex-nowrap sm:justify-end", isBare && "sm:hidden")}>
      <span className="empty:hidden sm:hidden"><MarginWhen row={row} hidesDay={hidesDay} hidesToday={hidesToday} /></span>
      {hasHints && <span className="sm:hidden"><Hints row={row} /></span>}
      {named.slice(0, 2).map((label) => (
        <span key={label.id} className="inline-flex min-w-0 items-center gap-1.5 whitespace-nowrap">
          <LabelDot ink={label.colour} />
          <span className="truncate">{label.title}</span>
        </span>
      ))}
      {named.length > 2 && <span className="figures">+{named.length - 2}</span>}
      {row.estimateMinutes !== null && <span className="figures whitespace-nowrap">{words.minutes(row.estimateMinutes)}</span>}
      {who && <span className="inline-flex min-w-0 items-center gap-1 text-ink-2"><Icon name="people" size={13} className="shrink-0" /><span className="truncate">{who}</span></span>}
      {project && <span className="min-w-0 truncate text-ink-2">{project.title}</span>}
    </span>
  );
}
