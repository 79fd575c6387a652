import { useNavigation, useSearch, useSpace } from "@lifeos/core";
import { Button, Dialog, Icon, type IconName, Keys, LabelDot, optionShape } from "@lifeos/design";
import { usePrint, useQuickAdd, useTaskArchive, useTaskPlaces, useTasksShared } from "@lifeos/tasks";
import { useLingui } from "@lingui/react/macro";
import { type ReactNode, useDeferredValue, useState } from "react";
import { Autocomplete, Header, Input, Menu, MenuItem, MenuSection, SearchField, useFilter } from "react-aria-components";
import { useUndo } from "./everywhere";
import { useLock } from "./lock";

type Entry = { id: string; label: string; icon?: IconName; before?: ReactNode; keys?: string; hint?: string; run: () => void };

/** `Ctrl K`: every place, every act and every task, by typing. */
export function Palette({ onClose }: { onClose: () => void }) {
  const { t } = useLingui();
  return (
    <Dialog title={t`Find or do anything`} hideTitle place="top" isOpen onClose={onClose}>
      <PaletteBody onDone={onClose} />
    </Dialog>
  );
}

function PaletteBody({ onDone }: { onDone: () => void }) {
  const { t } = useLingui();
  const { contains } = useFilter({ sensitivity: "base" });
  const [text, setText] = useState("");
  const asked = useDeferredValue(text.trim());
  const live = useSearch(asked.length < 2 ? null : asked, 12);
  const tasks = live.state === "ready" ? live.view.hits.flatMap(({ found }) => (found.found.type === "task" ? [found.found.task] : [])) : [];
  const { go, openRecord } = useNavigation();
  const { projectList, labelList } = useTasksShared();
  const quickAdd = useQuickAdd();
  const places = [...useTaskPlaces(), ...useTaskArchive()];
  const { undo, redo } = useUndo();
  const lock = useLock();
  const print = usePrint();
  const isShared = useSpace() !== null;

  const acts: Entry[] = [
    { id: "new", label: t`New task`, icon: "plus", keys: "q", run: () => quickAdd.open() },
    { id: "undo", label: t`Undo`, icon: "undo", keys: "Mod+Z", run: undo },
    { id: "redo", label: t`Redo`, icon: "sync", keys: "Mod+Shift+Z", run: redo },
    ...(print ? [{ id: "print", label: t`Print this list`, icon: "print" as const, keys: "Mod+P", run: print }] : []),
    { id: "lock", label: t`Lock at once`, icon: "lock", keys: "Mod+Shift+L", run: lock },
    { id: "device", label: t`Add a device`, icon: "phone", run: () => go("/approve") },
  ];
  const goes: Entry[] = [
    ...places.map((place) => ({ id: place.path, label: place.label, icon: place.icon, keys: place.keys, run: () => go(place.path) })),
    { id: "projects", label: t`Projects`, icon: "project", keys: "g p", run: () => go("/projects") },
    { id: "labels", label: t`Labels`, icon: "label", keys: "g b", run: () => go("/labels") },
    { id: "search", label: t`Search`, icon: "search", keys: "/", run: () => go("/search") },
    { id: "activity", label: t`Activity`, icon: "activity", keys: "g a", run: () => go("/activity") },
    { id: "devices", label: t`Devices and ways to unlock`, icon: "key", keys: "g d", run: () => go("/devices") },
    { id: "people", label: t`People`, icon: "people", keys: "g h", run: () => go("/people") },
    { id: "settings", label: t`Settings`, icon: "settings", keys: "g ,", run: () => go("/settings") },
    { id: "help", label: t`Help`, icon: "help", keys: "F1", run: () => go("/help") },
    { id: "owner", label: t`Owner's manual`, icon: "help", run: () => go("/help/owner") },
    { id: "recovery", label: t`Recovery manual`, icon: "help", run: () => go("/help/recovery") },
    { id: "news", label: t`What is new`, icon: "help", run: () => go("/help/new") },
  ];
  // Projects and labels of a shared space have no page of their own.
  const records: Entry[] = isShared ? [] : [
    ...projectList.map((project) => ({ id: project.id, label: project.title, before: <LabelDot ink={project.colour} />, hint: t`Project`, run: () => go(`/projects/${project.id}`) })),
    ...labelList.map((label) => ({ id: label.id, label: label.title, before: <LabelDot ink={label.colour} />, hint: t`Label`, run: () => go(`/labels/${label.id}`) })),
  ];
  const sections: [string, Entry[]][] = [
    [t`Do`, acts],
    [t`Go to`, goes],
    ...(text.trim() === "" ? [] : ([[t`Projects and labels`, records]] as [string, Entry[]][])),
  ];
  return (
    <Autocomplete filter={(value, input) => value.startsWith("\u0000") || contains(value, input)} inputValue={text} onInputChange={setText}>
      <SearchField aria-label={t`Find or do anything`} autoFocus className="flex items-center gap-3 border-b border-line px-4">
        <Icon name="search" className="text-ink-3" />
        <Input placeholder={t`A place, an act, a task…`} autoComplete="off" className="h-12 min-w-0 flex-1 bg-transparent text-lead outline-none [&::-webkit-search-cancel-button]:hidden" />
      </SearchField>
      {live.state === "failed" && (
        <p role="alert" className="flex items-center gap-3 border-b border-line bg-madder-soft px-4 py-2">
          <Icon name="alert" className="shrink-0 text-madder" />
          <span className="flex-1">{t`Tasks could not be searched. Places and acts still work.`}</span>
          <Button tone="quiet" onPress={() => location.reload()}>{t`Load the page again`}</Button>
        </p>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be reached by the keyboard */}
      <div tabIndex={0} className="quiet-scroll max-h-[60dvh]">
      <Menu aria-label={t`Found`} className="p-1.5 outline-none" onAction={onDone} renderEmptyState={() => <p className="px-3 py-6 text-ink-3">{t`Nothing of that name.`}</p>}>
        {tasks.length > 0 && (
          <MenuSection>
            <Header className="px-2.5 pt-2 pb-1 text-micro font-medium text-ink-3">{t`Tasks`}</Header>
            {tasks.map((task) => (
              <MenuItem key={task.id} id={task.id} textValue={`\u0000${task.title}`} onAction={() => openRecord(task.id)} className={optionShape}>
                <span aria-hidden className={`size-3.5 shrink-0 rounded-xs border-[1.5px] ${task.closedAtMs === null ? "border-line-strong" : "border-accent bg-accent"}`} />
                <span className="flex-1 truncate">{task.title}</span>
              </MenuItem>
            ))}
          </MenuSection>
        )}
        {sections.map(([title, entries]) => (
          <MenuSection key={title}>
            <Header className="px-2.5 pt-2 pb-1 text-micro font-medium text-ink-3">{title}</Header>
            {entries.map((entry) => (
              <MenuItem key={entry.id} id={entry.id} textValue={entry.label} onAction={entry.run} className={optionShape}>
                {entry.icon ? <Icon name={entry.icon} className="shrink-0 text-ink-3" /> : <span className="grid w-4 place-items-center">{entry.before}</span>}
                <span className="flex-1 truncate">{entry.label}</span>
                {entry.hint && <span className="text-small text-ink-3">{entry.hint}</span>}
                {entry.keys && <Keys keys={entry.keys} />}
              </MenuItem>
            ))}
          </MenuSection>
        ))}
      </Menu>
      </div>
    </Autocomplete>
  );
}
