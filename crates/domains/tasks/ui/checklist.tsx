import { type ChecklistItemView, type TaskRow, useNavigation } from "@lifeos/core";
import { type DropEdge, EditableText, IconButton, Mark, PlainButton, useDragRow, cx } from "@lifeos/design";
import { useLingui } from "@lingui/react/macro";
import { type KeyboardEvent, useRef, useState } from "react";
import { useTaskActions } from "./context";
import { useTextLimits } from "./limits";
import { useQuickAdd } from "./quick-add";
import { SectionHead } from "./screen";
import { priorityLevel } from "./words";

/** Small steps that need no page of their own. */
export function Checklist({ task, items }: { task: string; items: readonly ChecklistItemView[] }) {
  const { t } = useLingui();
  const actions = useTaskActions();
  const [text, setText] = useState("");
  const add = async () => {
    const clean = text.trim();
    if (clean === "") return;
    setText("");
    const isSaved = await actions.save({ type: "addChecklistItem", task, text: clean, place: null });
    // What could not be saved stays where it was typed.
    if (!isSaved) setText((now) => now || clean);
  };
  return (
    <section aria-label={t`Checklist`}>
      {items.length > 0 && <SectionHead count={`${items.filter((item) => item.done).length}/${items.length}`}>{t`Checklist`}</SectionHead>}
      <ul className="pt-1">
        {items.map((item, at) => <ChecklistLine key={item.id} task={task} item={item} above={items[at - 1]} below={items[at + 1]} />)}
      </ul>
      <div className="grid grid-cols-[auto_1fr] items-center gap-3">
        <span aria-hidden className="size-4.5 rounded-xs border-[1.5px] border-dashed border-line-strong" />
        <input
          aria-label={t`Add to the checklist`}
          placeholder={t`Add to the checklist`}
          autoComplete="off"
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => event.key === "Enter" && !event.nativeEvent.isComposing && void add()}
          onBlur={() => void add()}
          className="h-8 bg-transparent outline-none pointer-coarse:h-11"
        />
      </div>
    </section>
  );
}

function ChecklistLine({ task, item, above, below }: { task: string; item: ChecklistItemView; above?: ChecklistItemView | undefined; below?: ChecklistItemView | undefined }) {
  const { t } = useLingui();
  const limits = useTextLimits();
  const actions = useTaskActions();
  const ref = useRef<HTMLLIElement>(null);
  const move = (moved: string, record: string, edge: DropEdge) => void actions.run({ type: "moveChecklistItem", task, item: moved, place: { type: edge === "top" ? "before" : "after", record } });
  const { edge, isDragged } = useDragRow({ ref, kind: `checklist-${task}`, id: item.id, isEnabled: true, onDrop: (moved, at) => move(moved, item.id, at) });
  const onKeyDown = (event: KeyboardEvent) => {
    if (!event.altKey) return;
    if (event.key === "ArrowUp" && above) move(item.id, above.id, "top");
    else if (event.key === "ArrowDown" && below) move(item.id, below.id, "bottom");
    else return;
    event.preventDefault();
  };
  return (
    // biome-ignore lint/a11y/noNoninteractiveElementInteractions: Alt and arrows move the entry while its text has the focus
    <li ref={ref} onKeyDown={onKeyDown} className={cx("group relative grid grid-cols-[auto_1fr_auto] items-center gap-3", isDragged && "opacity-40")}>
      {edge && <span aria-hidden className={cx("absolute inset-x-0 h-0.5 bg-accent", edge === "top" ? "-top-px" : "-bottom-px")} />}
      <Mark label={item.text} state={item.done ? "completed" : "open"} priority={0} onToggle={() => void actions.run({ type: "editChecklistItem", task, item: item.id, set: [{ done: !item.done }] })} />
      <EditableText label={t`Entry`} value={item.text} required limit={limits.title} keepAs={`${item.id} text`} onCommit={(text) => actions.save({ type: "editChecklistItem", task, item: item.id, set: [{ text }] })} className={cx("py-1.5", item.done && "text-ink-3")} />
      <IconButton icon="close" size={14} label={t`Remove ${item.text}`} className="opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 pointer-coarse:opacity-100" onPress={() => void actions.said({ type: "editChecklistItem", task, item: item.id, set: [{ removed: true }] }, t`Removed from the checklist.`)} />
    </li>
  );
}

/** Parts of a task that are tasks of their own. */
export function Subtasks({ task, rows }: { task: TaskRow; rows: readonly TaskRow[] }) {
  const { t } = useLingui();
  const actions = useTaskActions();
  const quickAdd = useQuickAdd();
  const { openRecord } = useNavigation();
  return (
    <section aria-label={t`Subtasks`}>
      {rows.length > 0 && <SectionHead count={`${task.subtasks.done}/${task.subtasks.total}`}>{t`Subtasks`}</SectionHead>}
      <ul className="pt-1">
        {rows.map((row) => (
          <li key={row.id} className="grid min-h-9 grid-cols-[auto_1fr] items-center gap-3">
            <Mark label={row.title} state={row.status === "pending" ? "open" : row.status === "inProgress" ? "in_progress" : row.status} priority={priorityLevel[row.priority]} onToggle={() => actions.edit([row.id], { type: row.closedAtMs === null ? "complete" : "reopen" })} />
            <PlainButton className={cx("-ml-2 truncate rounded-sm px-2 py-1 text-left hovered:bg-hover", row.closedAtMs !== null && "text-ink-3")} onPress={() => openRecord(row.id)}>{row.title}</PlainButton>
          </li>
        ))}
      </ul>
      <PlainButton className="-ml-2 rounded-sm px-2 py-1 text-ink-3 hovered:bg-hover hovered:text-ink" onPress={() => quickAdd.open({ parent: task.id, ...(task.project ? { project: task.project } : { list: task.list }) })}>
        + {t`Add a subtask`}
      </PlainButton>
    </section>
  );
}
