import { type List, type TaskField, useNavigation, useSpace, useWords, type When } from "@lifeos/core";
import { Button, cx, Icon, IconButton, Keys, PlainButton, Popover, useToast } from "@lifeos/design";
import { useLingui } from "@lingui/react/macro";
import { useRef, useState } from "react";
import { AssigneeChip } from "./assignee";
import { useTasksShared } from "./context";
import { HomeValue, LabelNames, LabelsValue } from "./pickers";
import type { QuickAddStart } from "./quick-add";
import { WhenValue } from "./when-picker";
import { priorities, useTaskWords } from "./words";

const chip = "inline-flex max-w-48 items-center gap-1.5 rounded-full border border-line px-2.5 h-8 pointer-coarse:h-11 text-small text-ink-2 hovered:bg-hover hovered:text-ink";
const chipSet = "border-accent/40! bg-accent-soft! text-ink!";

/** One line, and what belongs to it. */
export function QuickAddForm({ start, onClose }: { start: QuickAddStart; onClose: () => void }) {
  const { t } = useLingui();
  const { actions, labels, projects } = useTasksShared();
  const { openRecord } = useNavigation();
  const words = useTaskWords();
  const toast = useToast();
  const [title, setTitle] = useState(start.title ?? "");
  const [notes, setNotes] = useState<string | null>(start.notes || null);
  const [home, setHome] = useState<{ list: List | null; project: string | null }>({ list: start.list ?? null, project: start.project ?? null });
  const [scheduled, setScheduled] = useState<When | null>(start.scheduled ?? null);
  const [due, setDue] = useState<When | null>(null);
  const [priority, setPriority] = useState<(typeof priorities)[number]>("none");
  const [chosenLabels, setLabels] = useState<readonly string[]>(start.label ? [start.label] : []);
  const [assignee, setAssignee] = useState<string | null>(null);
  const space = useSpace();
  const input = useRef<HTMLInputElement>(null);
  const isSaving = useRef(false);

  const save = async (goesOn: boolean) => {
    const clean = title.trim();
    if (clean === "") return;
    const set: TaskField[] = [
      ...(home.list ? [{ list: home.list }] : []),
      ...(home.project ? [{ project: home.project }] : []),
      ...(start.section && home.project === start.project ? [{ section: start.section }] : []),
      ...(start.parent ? [{ parent: start.parent }] : []),
      ...(scheduled ? [{ scheduled: { start: scheduled, minutes: null } }] : []),
      ...(due ? [{ due }] : []),
      ...(priority !== "none" ? [{ priority }] : []),
      ...(notes?.trim() ? [{ notes }] : []),
      ...(assignee ? [{ assignee }] : []),
    ];
    if (isSaving.current) return;
    isSaving.current = !goesOn;
    if (goesOn) {
      setTitle("");
      setNotes(null);
      input.current?.focus();
    }
    const made = await actions.create({ title: clean, set, labels: [...chosenLabels], place: null });
    isSaving.current = false;
    // What could not be saved stays where it was typed.
    if (!made) {
      setTitle((now) => now || clean);
      setNotes((now) => now ?? notes);
      return;
    }
    if (!goesOn) onClose();
    const id = made.records[0];
    if (id) toast({ text: t`Added.`, action: { label: t({ message: "Open", context: "do it" }), onAction: () => openRecord(id) } });
  };
  const list: List = home.list ?? (home.project || scheduled || due ? "next" : "inbox");
  const project = home.project ? projects.get(home.project) : undefined;
  return (
    <form
      onSubmit={(event) => { event.preventDefault(); void save(false); }}
      onKeyDown={(event) => {
        if (event.key === "Enter" && (event.shiftKey || event.ctrlKey || event.metaKey)) {
          event.preventDefault();
          void save(event.shiftKey);
        }
      }}
      className="flex flex-col"
    >
      <div className="flex items-center gap-3 px-5 pt-4">
        <span aria-hidden className="size-4.5 shrink-0 rounded-xs border-[1.5px] border-line-strong" />
        <input
          ref={input}
          // biome-ignore lint/a11y/noAutofocus: the person has just pressed the key to type here
          autoFocus
          aria-label={t`What is to be done?`}
          placeholder={t`What is to be done?`}
          autoComplete="off"
          enterKeyHint="done"
          value={title}
          onChange={(event) => setTitle(event.target.value)}
          className="h-10 min-w-0 flex-1 bg-transparent text-lead outline-none pointer-coarse:h-11"
        />
      </div>
      {notes !== null && (
        <textarea
          // biome-ignore lint/a11y/noAutofocus: opened by the person to type here
          autoFocus={!start.notes}
          aria-label={t`Notes`}
          placeholder={t`Notes. Markdown works.`}
          rows={3}
          autoComplete="off"
          value={notes}
          onChange={(event) => setNotes(event.target.value)}
          className="mx-5 mt-1 ml-12.5 resize-none bg-transparent text-ink-2 outline-none"
        />
      )}
      <div className="flex flex-wrap gap-1.5 px-5 pt-3 pb-4 sm:pl-12.5">
        <Chosen label={t`Scheduled`} icon="scheduled" value={scheduled} onChange={setScheduled} />
        <Chosen label={t`Due`} icon="calendar" value={due} onChange={setDue} />
        <HomeValue
          value={{ list, project: home.project }}
          onChange={(next) => setHome((now) => ({ ...now, ...next }))}
          trigger={<PlainButton aria-label={t`List or project: ${project?.title ?? words.list[list]}`} className={cx(chip, (home.list || home.project) && chipSet)}><Icon name={home.project ? "project" : "inbox"} size={14} /><span className="truncate">{project?.title ?? words.list[list]}</span></PlainButton>}
        />
        {space !== null && <AssigneeChip value={assignee} onChange={setAssignee} shape={(isSet) => cx(chip, isSet && chipSet)} />}
        <LabelsValue
          value={chosenLabels}
          onChange={setLabels}
          trigger={<PlainButton aria-label={chosenLabels.length > 0 ? t`Labels: ${chosenLabels.map((id) => labels.get(id)?.title).join(" ")}` : t`Labels`} className={cx(chip, chosenLabels.length > 0 && chipSet)}>{chosenLabels.length > 0 ? <LabelNames ids={chosenLabels} labels={labels} /> : <><Icon name="label" size={14} />{t`Labels`}</>}</PlainButton>}
        />
        <Popover
          label={t`Priority`}
          className="p-1!"
          trigger={<PlainButton aria-label={t`Priority: ${words.priority[priority]}`} className={cx(chip, priority !== "none" && chipSet)}><Icon name="deadline" size={14} />{priority === "none" ? t`Priority` : words.priority[priority]}</PlainButton>}
        >
          {(close) => (
            <div className="flex flex-col">
              {priorities.toReversed().map((value) => (
                <PlainButton key={value} className="rounded-sm px-3 py-1.5 text-left hovered:bg-hover pointer-coarse:min-h-11" onPress={() => { setPriority(value); close(); }}>{words.priorityLong[value]}</PlainButton>
              ))}
            </div>
          )}
        </Popover>
        {notes === null && <IconButton icon="file" label={t`Add notes`} onPress={() => setNotes("")} />}
      </div>
      <div className="flex items-center justify-end gap-2 border-t border-line bg-paper px-5 py-2.5">
        <span className="mr-auto hidden items-center gap-1.5 text-small text-ink-3 sm:flex"><Keys keys="Shift+Enter" /> {t`add and go on`}</span>
        <Button tone="quiet" onPress={onClose}>{t`Cancel`}</Button>
        <Button tone="primary" type="submit" isDisabled={title.trim() === ""}>{t`Add task`}</Button>
      </div>
    </form>
  );
}

function Chosen({ label, icon, value, onChange }: { label: string; icon: "scheduled" | "calendar"; value: When | null; onChange: (when: When | null) => void }) {
  const words = useWords();
  const shown = value ? words.shortWhen(value) : null;
  return (
    <WhenValue
      label={label}
      value={value}
      onChange={onChange}
      empty={label}
      trigger={<PlainButton aria-label={shown ? `${label} ${shown}` : label} className={cx(chip, value && chipSet)}><Icon name={icon} size={14} /><span className="figures truncate">{shown ? icon === "calendar" ? `${label} ${shown}` : shown : label}</span></PlainButton>}
    />
  );
}
