import { type DeviceView, type HistoryEntry, problemOf, type TasksChange, useLife, useTasks, useWords } from "@lifeos/core";
import { Button, Icon, PlainButton, Skeleton, useToast } from "@lifeos/design";
import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { type ReactNode, useCallback, useEffect, useState } from "react";
import { useFieldWords } from "./field-words";
import { useRecordName } from "./record-name";

/** The history of a record, behind a line that opens it. */
export function History({ record }: { record: string }) {
  const { t } = useLingui();
  const [isOpen, setOpen] = useState(false);
  return (
    <section aria-label={t`History`}>
      <PlainButton aria-expanded={isOpen} onPress={() => setOpen(!isOpen)} className="-ml-2 inline-flex items-center gap-2 rounded-sm px-2 py-1 text-ink-3 hovered:bg-hover hovered:text-ink">
        <Icon name="history" size={15} />
        {t`History`}
        <Icon name={isOpen ? "chevronDown" : "chevronRight"} size={14} />
      </PlainButton>
      {isOpen && <HistoryOf record={record} />}
    </section>
  );
}

/** So many are drawn at first: the newest are what is looked for. */
const page_entries = 30;

/** Everything that happened to a record, newest first: when, where, what from and to, and the way back. */
export function HistoryOf({ record }: { record: string }) {
  const { t } = useLingui();
  const client = useLife();
  const toast = useToast();
  const words = useWords();
  const [entries, setEntries] = useState<readonly HistoryEntry[] | null>(null);
  const [devices, setDevices] = useState<readonly DeviceView[]>([]);
  const [shown, setShown] = useState(page_entries);
  const [failed, setFailed] = useState(false);
  const live = useTasks<"task">({ type: "task", task: record });

  const read = useCallback(async () => {
    try {
      setEntries((await client.expect("history", { type: "history", record })).entries);
      setFailed(false);
    } catch {
      setFailed(true);
    }
  }, [client, record]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a changed record has a longer history
  useEffect(() => {
    void read();
  }, [read, live]);
  useEffect(() => {
    client.expect("devices", { type: "devices" }).then((reply) => setDevices(reply.devices), () => {});
  }, [client]);

  const restore = async (entry: HistoryEntry) => {
    try {
      await client.expect("committed", { type: "restoreTo", record, stamp: entry.stamp });
      void read();
      toast({ text: t`Brought back as it was on ${words.moment(entry.atMs)}.`, action: { label: t`Undo`, keys: "Mod+Z", onAction: () => void client.call({ type: "undo" }).catch(() => {}) } });
    } catch (error) {
      toast({ tone: "danger", text: problemOf(error).code === "notFound" ? t`That state is not on this device.` : t`Not brought back. Nothing was changed.` });
    }
  };
  if (failed) return <p role="alert" className="flex flex-wrap items-center gap-x-3 py-2 text-madder">{t`The history could not be read.`}<Button tone="quiet" onPress={() => void read()}>{t`Try again`}</Button></p>;
  if (entries === null) return <Skeleton label={t`Loading`} rows={2} />;
  const steps = asSteps(entries);
  const days = new Map<string, Step[]>();
  for (const step of steps.slice(0, shown)) {
    const day = words.dayAt(step.entry.atMs);
    days.set(day, [...(days.get(day) ?? []), step]);
  }
  return (
    <div className="mt-1 flex flex-col">
      {[...days].map(([day, of]) => (
        <section key={day} aria-label={words.longDay(day)}>
          <h3 className="pt-3 pb-1 text-small font-semibold text-ink-2">{words.longDay(day)}</h3>
          <ol className="flex flex-col">{of.map((step) => <StepLine key={step.entry.stamp} step={step} devices={devices} onRestore={step.entry === entries[0] ? null : () => void restore(step.entry)} />)}</ol>
        </section>
      ))}
      {steps.length > shown && <PlainButton onPress={() => setShown(shown + page_entries)} className="-ml-2 self-start rounded-sm px-2 py-1 text-accent hovered:bg-hover pointer-coarse:min-h-11">{t`Show more`}</PlainButton>}
    </div>
  );
}

type Step = { entry: HistoryEntry; moves: number };

/** Entries as they are shown: putting something in order again and again is one step. */
export function asSteps(entries: readonly HistoryEntry[]): Step[] {
  const steps: Step[] = [];
  for (const entry of entries) {
    const last = steps.at(-1);
    if (isMove(entry) && last && isMove(last.entry) && last.entry.device === entry.device) last.moves += 1;
    else steps.push({ entry, moves: isMove(entry) ? 1 : 0 });
  }
  return steps;
}

function isMove(entry: HistoryEntry): boolean {
  return entry.changes.length > 0 && entry.changes.every(({ domain, change }) => domain === "tasks" && "after" in change && typeof change.after === "object" && "order" in change.after);
}

function StepLine({ step: { entry, moves }, devices, onRestore }: { step: Step; devices: readonly DeviceView[]; onRestore: (() => void) | null }) {
  const { t } = useLingui();
  const words = useWords();
  const fields = useFieldWords();
  const by = devices.find((device) => device.id === entry.device);
  const who = by === undefined ? null : by.this ? t`this device` : (by.name ?? t`Unnamed device`);
  const time = words.timeAt(entry.atMs);
  return (
    <li className="group grid grid-cols-[3.25rem_1fr_auto] items-baseline gap-x-2 border-t border-line/60 py-1.5">
      <span className="figures text-small text-ink-2">{time}</span>
      <div className="min-w-0">
        {entry.unknown ? (
          <p className="text-ink-3">{t`Written by a newer version. It is kept.`}</p>
        ) : moves > 0 ? (
          <p className="text-ink-2">{moves === 1 ? t`Put in another place` : plural(moves, { one: "Put in another place", other: "Put in another place # times" })}</p>
        ) : (
          <ul className="flex flex-col gap-0.5">{entry.changes.map((change, line) => change.domain === "tasks" && <ChangeLine key={`${entry.stamp}-${line}`} change={change.change} />)}</ul>
        )}
        {(who ?? entry.source !== "ui") && <p className="text-small text-ink-3">{[who, entry.source !== "ui" && fields.source[entry.source]].filter(Boolean).join(" · ")}</p>}
      </div>
      {onRestore && (
        <Button tone="quiet" aria-label={t`Bring back as it was at ${time}`} className="h-6! px-2! text-small! opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 pointer-coarse:h-11! pointer-coarse:opacity-100" onPress={onRestore}>{t`Bring back`}</Button>
      )}
    </li>
  );
}

/** One field, from what to what; what has a word of its own says that. */
function ChangeLine({ change }: { change: TasksChange }) {
  const { t } = useLingui();
  const words = useWords();
  const { fieldOf, valueOf, labelName } = useFieldWords();
  switch (change.type) {
    case "created":
      return <li>{t`Written`}</li>;
    case "labelAdded":
      return <li><span className="text-ink-2">{t`Label`}</span> <span className="font-medium">+ {labelName(change.label)}</span></li>;
    case "labelRemoved":
      return <li><span className="text-ink-2">{t`Label`}</span> <del className="text-ink-3">{labelName(change.label)}</del></li>;
    case "spent":
      return <FromTo name={t`Time spent`} before={change.before === 0 ? null : words.minutes(change.before)} after={words.minutes(change.after)} />;
    default: {
      const name = fieldOf(change.after);
      if (name === null) return <li className="text-ink-3">{t`Moved`}</li>;
      if ("presence" in change.after) return <Presence presence={change.after.presence} />;
      const [before, after] = [recordIn(change.before), recordIn(change.after)];
      return <FromTo name={change.type === "checklist" ? t`Checklist` : name} before={before ? <NameOf record={before} /> : valueOf(change.before)} after={after ? <NameOf record={after} /> : valueOf(change.after)} />;
    }
  }
}

/** What came of the record as a whole. */
function Presence({ presence }: { presence: unknown }) {
  const { t } = useLingui();
  return <li>{typeof presence === "object" ? t`Moved to the trash` : presence === "present" ? t`Taken out of the trash` : presence === "purged" ? t`Emptied from the trash` : t`Taken back with what brought it in`}</li>;
}

/** The record that a value names, where it has to be looked up. */
function recordIn(field: object): string | null {
  const named = "parent" in field ? field.parent : null;
  return typeof named === "string" ? named : null;
}

function NameOf({ record }: { record: string }) {
  const { t } = useLingui();
  return useRecordName(record) ?? t`another record`;
}

const most_letters = 140;

function FromTo({ name, before, after }: { name: string; before: ReactNode; after: ReactNode }) {
  const { t } = useLingui();
  const short = (value: ReactNode) => (typeof value === "string" && value.length > most_letters ? `${value.slice(0, most_letters)}…` : value);
  return (
    <li className="figures break-words">
      <span className="text-ink-2">{name}</span>{" "}
      {before !== null && <><del className="text-ink-3">{short(before)}</del> <span aria-hidden className="text-ink-3">→</span> </>}
      {after === null ? <span className="text-ink-3">{t`nothing`}</span> : <span className="font-medium">{short(after)}</span>}
    </li>
  );
}
