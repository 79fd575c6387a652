import { type Priority, type TaskField, type TaskRow, useNavigation, type When, makeWhen, useClock } from "@lifeos/core";
import { cx, type DropEdge, isMostlyTouched, lazyWhenIdle, type Reveal, Rows, useShortcuts, useTouchRows } from "@lifeos/design";
import { useLingui } from "@lingui/react/macro";
import { createContext, type KeyboardEvent, type MouseEvent, type ReactNode, Suspense, useCallback, useContext, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useTaskActions } from "./context";
import { useOfferOrder } from "./list-order";
import { type LineActs, TaskLine } from "./task-line";

const BulkBar = lazyWhenIdle(async () => ({ default: (await import("./bulk-bar")).BulkBar }));
const PlanSheet = lazyWhenIdle(async () => ({ default: (await import("./plan-sheet")).PlanSheet }));

/** A heading, or a task. */
export type ListItem = { kind: "heading"; key: string; content: ReactNode } | { kind: "task"; row: TaskRow };

export type TaskListProps = {
  label: string;
  items: readonly ListItem[];
  header?: ReactNode;
  footer?: ReactNode;
  onNearEnd?: (() => void) | undefined;
  hides?: { project?: boolean; day?: boolean; today?: boolean };
  /** Whether the order is made by hand. */
  isOrdered?: boolean;
  /** What a task takes on beside its place where it is put beside this one: its section. */
  takesOn?: (beside: TaskRow) => TaskField[];
  inTrash?: boolean;
  /** A heading or task to be brought to the top. */
  reveal?: Reveal | null | undefined;
};

const DraggedContext = createContext<(moved: string) => readonly string[]>((moved) => [moved]);

/** Returns what is moved with a task that is dragged: the whole selection, if it is a part of it. */
export function useDragged(): (moved: string) => readonly string[] {
  return useContext(DraggedContext);
}

/** The same functions from one drawing to the next, each doing what the newest says. */
function useStable<Acts extends Record<keyof Acts, (...given: never[]) => unknown>>(acts: Acts): Acts {
  const newest = useRef(acts);
  useLayoutEffect(() => {
    newest.current = acts;
  });
  const [stable] = useState(() => {
    const names = Object.keys(acts) as (keyof Acts)[];
    return Object.fromEntries(names.map((name) => [name, (...given: never[]) => newest.current[name](...given)])) as Acts;
  });
  return stable;
}

/** How long a finished row stays, so that a slip of the hand can be seen. */
const leaves_ms = 320;

export function TaskList({ label, items, header, footer, onNearEnd, hides, isOrdered = false, takesOn, inTrash = false, reveal }: TaskListProps) {
  const { t } = useLingui();
  const actions = useTaskActions();
  const { record, openRecord } = useNavigation();
  const { today } = useClock();
  const [focused, setFocused] = useState<string | null>(null);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [closing, setClosing] = useState<ReadonlySet<string>>(new Set());
  const [planned, setPlanned] = useState<TaskRow | null>(null);
  const anchor = useRef<string | null>(null);
  const list = useRef<HTMLDivElement>(null);

  // While a row takes its leave the list stands still.
  const still = useRef(items);
  if (closing.size === 0) still.current = items;
  const shown = still.current;
  const rows = useMemo(() => shown.flatMap((item) => (item.kind === "task" ? [item.row] : [])), [shown]);

  useEffect(() => {
    const there = new Set(rows.map((row) => row.id));
    setSelected((now) => ([...now].every((id) => there.has(id)) ? now : new Set([...now].filter((id) => there.has(id)))));
  }, [rows]);

  const chosen = useCallback((): string[] => (selected.size > 0 ? rows.filter((row) => selected.has(row.id)).map((row) => row.id) : focused ? [focused] : []), [selected, rows, focused]);

  const close = (ids: readonly string[]) => {
    const open = ids.filter((id) => rows.some((row) => row.id === id && row.status !== "completed" && row.status !== "cancelled"));
    if (open.length === 0) return actions.edit(ids, { type: "reopen" });
    setClosing((now) => new Set([...now, ...open]));
    setTimeout(() => setClosing((now) => new Set([...now].filter((id) => !open.includes(id)))), leaves_ms);
    actions.edit(open, { type: "complete" });
    const next = rows.find((row, at) => !open.includes(row.id) && at > rows.findIndex((other) => other.id === open.at(-1)));
    if (focused && open.includes(focused) && next) setFocused(next.id);
  };

  const extend = (step: 1 | -1) => {
    const from = rows.findIndex((row) => row.id === focused);
    const to = rows[Math.min(rows.length - 1, Math.max(0, from + step))];
    if (!to) return;
    anchor.current ??= focused;
    selectRange(anchor.current ?? to.id, to.id);
    setFocused(to.id);
    requestAnimationFrame(() => document.querySelector<HTMLElement>(`[data-key="${CSS.escape(to.id)}"]`)?.focus());
  };
  const selectRange = (from: string, to: string) => {
    const [a, b] = [rows.findIndex((row) => row.id === from), rows.findIndex((row) => row.id === to)].toSorted((x, y) => x - y) as [number, number];
    setSelected(new Set(rows.slice(Math.max(0, a), b + 1).map((row) => row.id)));
  };
  const toggle = (id: string) => {
    anchor.current = id;
    setSelected((now) => (now.has(id) ? new Set([...now].filter((other) => other !== id)) : new Set([...now, id])));
  };
  const shift = (step: 1 | -1, ids = chosen()) => {
    const at = step === 1 ? rows.findLastIndex((row) => ids.includes(row.id)) : rows.findIndex((row) => ids.includes(row.id));
    const beside = rows[at + step];
    if (!isOrdered || ids.length === 0 || !beside) return;
    const set = takesOn?.(beside) ?? [];
    // Over the edge of its section a task comes to stand at the near end of the next.
    const crosses = takesOn !== undefined && JSON.stringify(set) !== JSON.stringify(takesOn(rows[at] ?? beside));
    actions.move(ids, (step === 1) !== crosses ? { type: "after", record: beside.id } : { type: "before", record: beside.id }, set);
  };
  useOfferOrder(rows, isOrdered, (id, step) => shift(step, [id]));
  const dragged = (moved: string) => (selected.has(moved) ? chosen() : [moved]);
  const dropped = (moved: string, target: TaskRow, edge: DropEdge) => {
    const tasks = dragged(moved).filter((task) => task !== target.id);
    actions.move(tasks, edge === "top" ? { type: "before", record: target.id } : { type: "after", record: target.id }, takesOn?.(target) ?? []);
  };

  const setPriority = (priority: Priority) => actions.set(chosen(), { priority });
  const setDay = (field: "due" | "defer" | "scheduled", when: When | null) =>
    actions.set(chosen(), field === "scheduled" ? { scheduled: when && { start: when, minutes: null } } : field === "due" ? { due: when } : { defer: when });

  // There a row that is held is selected, and moved from the bar or its own page.
  const canDrag = isOrdered && !isMostlyTouched();
  const isActive = focused !== null || selected.size > 0;
  const group = t`In a list`;
  useShortcuts(
    [
      { keys: "Enter", label: t({ message: "Open", context: "do it" }), group, isOff: true, run: () => {} },
      { keys: "d", label: t`Done, or open again`, group, run: () => close(chosen()) },
      { keys: "x", label: t`Select`, group, run: () => focused && toggle(focused) },
      { keys: "Shift+ArrowDown", label: t`Select the next too`, group, run: () => extend(1) },
      { keys: "Shift+ArrowUp", label: t`Select the one above too`, group, run: () => extend(-1) },
      { keys: "Mod+a", label: t`Select all`, group, run: () => setSelected(new Set(rows.map((row) => row.id))) },
      { keys: "Alt+ArrowDown", label: t`Move down`, group, run: () => shift(1) },
      { keys: "Alt+ArrowUp", label: t`Move up`, group, run: () => shift(-1) },
      { keys: "t", label: t`Schedule for today`, group, run: () => setDay("scheduled", makeWhen(today, null)) },
      { keys: "0", label: t`No priority`, group, run: () => setPriority("none") },
      { keys: "1", label: t`High priority`, group, run: () => setPriority("high") },
      { keys: "2", label: t`Medium priority`, group, run: () => setPriority("medium") },
      { keys: "3", label: t`Low priority`, group, run: () => setPriority("low") },
      { keys: "Delete", label: inTrash ? t`Take out of the trash` : t`Move to the trash`, group, run: () => (inTrash ? actions.edit(chosen(), { type: "restore" }) : actions.trash(chosen())) },
      { keys: "Escape", label: t`Clear the selection`, group, run: () => (selected.size > 0 ? setSelected(new Set()) : openRecord(null)) },
    ].map((shortcut) => ({ isOff: !isActive && shortcut.keys !== "Mod+a", ...shortcut })),
  );

  const onKey = (event: KeyboardEvent) => {
    if (!focused || !(event.target instanceof HTMLElement) || event.target.getAttribute("role") !== "row") return;
    if (event.key === " ") {
      event.preventDefault();
      close(chosen());
    } else if (event.key === "Enter") {
      event.preventDefault();
      openRecord(focused);
    }
  };
  const isClosed = (row: TaskRow) => row.status === "completed" || row.status === "cancelled";
  const rowOf = (id: string) => rows.find((row) => row.id === id);
  const isTouch = useTouchRows(list, {
    canSwipe: (id, way) => {
      const row = rowOf(id);
      return row !== undefined && (way === "right" || (!inTrash && !isClosed(row)));
    },
    swiped: (id, way) => {
      if (way === "left") setPlanned(rowOf(id) ?? null);
      else if (inTrash) actions.edit([id], { type: "restore" });
      else close([id]);
    },
    held: toggle,
  });
  const onPress = (event: MouseEvent, id: string) => {
    setFocused(id);
    // A finger that has begun to select goes on with it.
    if (selected.size > 0 && isTouch()) return toggle(id);
    if (event.shiftKey) return selectRange(anchor.current ?? focused ?? id, id);
    if (event.ctrlKey || event.metaKey) return toggle(id);
    anchor.current = id;
    setSelected(new Set());
    openRecord(id);
  };

  const acts = useStable<LineActs>({
    toggle: ({ id }) => (inTrash ? actions.edit([id], { type: "restore" }) : close([id])),
    press: (event, { id }) => onPress(event, id),
    focus: ({ id }) => setFocused(id),
    drop: dropped,
  });

  return (
    <DraggedContext.Provider value={dragged}>
    <div ref={list} className="relative flex min-h-0 flex-1 flex-col">
      <Rows
        label={label}
        items={shown}
        keyOf={(item) => (item.kind === "task" ? item.row.id : item.key)}
        estimate={(item) => (item.kind === "task" ? 40 : 48)}
        isRow={(item) => item.kind === "task"}
        focused={focused}
        onFocus={setFocused}
        onKey={onKey}
        onNearEnd={onNearEnd}
        header={header}
        footer={footer}
        multiselectable
        reveal={reveal}
        render={(item, index, isFocused) =>
          item.kind === "heading" ? (
            <div role="gridcell" className={cx("px-4 sm:pr-3 sm:pl-[calc(var(--margin)+0.75rem)]", index === 0 ? "pt-1 pb-1" : "pt-6 pb-1")}>{item.content}</div>
          ) : (
            <TaskLine
              row={item.row}
              index={index}
              isFocused={isFocused}
              isSelected={selected.has(item.row.id)}
              isOpen={record === item.row.id}
              isClosing={closing.has(item.row.id)}
              hides={hides}
              canDrag={canDrag}
              swipes={{ right: inTrash ? t`Take out` : isClosed(item.row) ? t`Open again` : t`Done`, left: inTrash || isClosed(item.row) ? "" : t`Plan` }}
              acts={acts}
            />
          )
        }
      />
      {selected.size > 0 && <Suspense><BulkBar tasks={chosen()} inTrash={inTrash} onDone={() => close(chosen())} onAll={() => setSelected(new Set(rows.map((row) => row.id)))} onClear={() => setSelected(new Set())} /></Suspense>}
      {planned && <Suspense><PlanSheet task={planned} onClose={() => setPlanned(null)} /></Suspense>}
    </div>
    </DraggedContext.Provider>
  );
}
