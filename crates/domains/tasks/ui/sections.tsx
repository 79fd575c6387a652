import { type Placement, type SectionView, type TaskField, useTasks } from "@lifeos/core";
import { ActionMenu, cx, EditableText, Icon, orderKeys, Picker, PlainButton, Popover, SortRow, useDropPlace, valueShape } from "@lifeos/design";
import { useLingui } from "@lingui/react/macro";
import { type RefObject, useEffect, useRef, useState } from "react";
import { useTaskActions } from "./context";
import { useTextLimits } from "./limits";
import { useQuickAdd } from "./quick-add";
import { useDragged } from "./task-list";

/** Puts tasks at the head of a section, or of what has none: before the first that is there. */
function useMoveInto(section: string | null, first: string | null): (moved: string) => void {
  const actions = useTaskActions();
  const dragged = useDragged();
  return (moved) => {
    const tasks = dragged(moved).filter((task) => task !== first);
    const set: TaskField[] = [{ section }];
    const place: Placement | null = first === null || tasks.length === 0 ? null : { type: "before", record: first };
    if (place) actions.move(tasks, place, set);
    else actions.set(dragged(moved), ...set);
  };
}

/** The heading of a section: its name where it stands, a place for tasks, and itself put in order. */
export function SectionHeading({ project, section, above, below, count, first }: { project: string; section: SectionView; above: string | undefined; below: string | undefined; count: number; first: string | null }) {
  const { t } = useLingui();
  const limits = useTextLimits();
  const actions = useTaskActions();
  const quickAdd = useQuickAdd();
  const into = useMoveInto(section.id, first);
  const move = (moved: string, place: Placement) => void actions.run({ type: "moveSection", section: moved, place });
  return (
    <SortRow
      as="div"
      kind={`section-${project}`}
      id={section.id}
      above={above}
      below={below}
      onSort={(moved, record, edge) => move(moved, { type: edge === "top" ? "before" : "after", record })}
      into={{ kind: "task", onDrop: into }}
      grip={(handle) => <Grip handle={handle} label={t`Move ${section.title}. Alt and the arrows put it in order`} />}
      className="group border-b border-line"
    >
      <div className="flex items-center gap-2 pb-0.5">
        <h2 className="min-w-0 flex-initial">
          <EditableText label={t`Name of the section`} value={section.title} required limit={limits.title} keepAs={`${section.id} title`} onCommit={(title) => actions.save({ type: "editSection", section: section.id, set: [{ title }] })} className="w-auto! max-w-full min-w-8 font-semibold" />
        </h2>
        <span className="figures text-small text-ink-3">{count > 0 && count}</span>
        <span className="ml-auto opacity-0 transition-opacity group-focus-within:opacity-100 group-hover:opacity-100 pointer-coarse:opacity-100">
          <ActionMenu
            label={t`More for ${section.title}`}
            actions={[
              { id: "add", label: t`New task here`, icon: "plus", onAction: () => quickAdd.open({ project, section: section.id }) },
              { id: "up", label: t`Move up`, icon: "up", keys: "Alt+↑", isDisabled: above === undefined, onAction: () => above && move(section.id, { type: "before", record: above }) },
              { id: "down", label: t`Move down`, icon: "down", keys: "Alt+↓", isDisabled: below === undefined, onAction: () => below && move(section.id, { type: "after", record: below }) },
              null,
              { id: "trash", label: t`Move to the trash`, icon: "trash", tone: "danger", onAction: () => void actions.trashRecord(section.id, section.title) },
            ]}
          />
        </span>
      </div>
    </SortRow>
  );
}

/** Hangs in the margin, as everything that is about order. */
function Grip({ handle, label }: { handle: RefObject<HTMLSpanElement | null>; label: string }) {
  return (
    <span ref={handle} className="absolute top-0.5 -left-7 cursor-grab opacity-0 transition-opacity group-focus-within:opacity-100 group-hover:opacity-100 max-sm:hidden pointer-coarse:opacity-100">
      <PlainButton aria-label={label} aria-keyshortcuts={orderKeys} className="grid size-6 place-items-center rounded-xs text-ink-3 hovered:bg-hover"><Icon name="grip" size={14} /></PlainButton>
    </span>
  );
}

/** The tasks of a project that are in none of its sections. */
export function LooseHeading({ count, first }: { count: number; first: string | null }) {
  const { t } = useLingui();
  const ref = useRef<HTMLDivElement>(null);
  const isOver = useDropPlace({ ref, kind: "task", onDrop: useMoveInto(null, first) });
  return (
    <div ref={ref} className={cx("flex items-baseline gap-2 border-b border-line pb-1", isOver && "rounded-sm bg-accent-soft outline-2 outline-accent")}>
      <h2 className="text-ink-2">{t`Without a section`}</h2>
      <span className="figures text-small text-ink-3">{count > 0 && count}</span>
    </div>
  );
}

/** One line to write the next section's name; Enter makes it and waits for another. */
export function NewSection({ project, isOpen, onClose }: { project: string; isOpen: boolean; onClose: () => void }) {
  const { t } = useLingui();
  const actions = useTaskActions();
  const [title, setTitle] = useState("");
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (isOpen) input.current?.scrollIntoView({ block: "nearest" });
  }, [isOpen]);
  if (!isOpen) return null;
  const make = () => {
    const clean = title.trim();
    if (clean === "") return;
    setTitle("");
    void actions.run({ type: "createSection", project, title: clean });
  };
  return (
    <div className="px-4 pt-6 sm:pl-[calc(var(--margin)+0.75rem)]">
      <input
        ref={input}
        // biome-ignore lint/a11y/noAutofocus: the person has just asked to write here
        autoFocus
        aria-label={t`Name of the new section`}
        placeholder={t`Name of the new section`}
        autoComplete="off"
        value={title}
        onChange={(event) => setTitle(event.target.value)}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return;
          if (event.key === "Enter") make();
          else if (event.key === "Escape") {
            event.stopPropagation();
            setTitle("");
            onClose();
          }
        }}
        onBlur={() => {
          make();
          onClose();
        }}
        className="w-full border-b border-line-strong bg-transparent pb-1 font-semibold outline-none focus:border-accent"
      />
    </div>
  );
}

/** The section of a task in its project. A name that is not there yet makes a new section. */
export function SectionValue({ task, project, value }: { task: string; project: string; value: string | null }) {
  const { t } = useLingui();
  const actions = useTaskActions();
  const live = useTasks<"project">({ type: "project", project });
  const sections = live.state === "ready" ? (live.view.project?.sections ?? []) : [];
  const known = sections.find((section) => section.id === value);
  const none = t`Without a section`;
  const put = (section: string | null) => actions.set([task], { section });
  return (
    <Popover
      label={t`Section`}
      className="w-64 p-1!"
      trigger={<PlainButton aria-label={t`Section: ${known?.title ?? none}`} className={valueShape}><span className={known ? "truncate" : "text-ink-3"}>{known?.title ?? none}</span></PlainButton>}
    >
      {(close) => (
        <Picker
          label={t`Section`}
          placeholder={t`Find or make a section…`}
          options={[...sections.map((section) => ({ id: section.id, label: section.title })), ...(value === null ? [] : [{ id: "none", label: none }])]}
          chosen={known ? [known.id] : []}
          emptyLabel={t`No sections yet. Type a name to make one.`}
          onChange={([chosen]) => {
            if (chosen !== undefined) put(chosen === "none" ? null : chosen);
            close();
          }}
          createLabel={(name) => t`Make section “${name}”`}
          onCreate={async (title) => {
            close();
            const made = await actions.run({ type: "createSection", project, title });
            const id = made?.records[0];
            if (id) put(id);
          }}
        />
      )}
    </Popover>
  );
}
