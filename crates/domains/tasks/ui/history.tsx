import { type HistoryEntry, problemOf, type TasksChange, useLife, useTasks, useWords } from "@lifeos/core";
import { Button, Icon, PlainButton, Skeleton, useToast } from "@lifeos/design";
import { useLingui } from "@lingui/react/macro";
import { useCallback, useEffect, useState } from "react";
import { useFieldWords } from "./field-words";

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

/** Everything that happened to a record, newest first, with the way back to each earlier state. */
export function HistoryOf({ record }: { record: string }) {
  const { t } = useLingui();
  const client = useLife();
  const toast = useToast();
  const words = useWords();
  const fields = useFieldWords();
  const [entries, setEntries] = useState<readonly HistoryEntry[] | null>(null);
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

  const restore = async (entry: HistoryEntry) => {
    try {
      await client.expect("committed", { type: "restoreTo", record, stamp: entry.stamp });
      void read();
      toast({ text: t`Brought back as it was on ${words.moment(entry.atMs)}.`, action: { label: t`Undo`, keys: "Mod+Z", onAction: () => void client.call({ type: "undo" }).catch(() => {}) } });
    } catch (error) {
      toast({ tone: "danger", text: problemOf(error).code === "notFound" ? t`That state is not on this device.` : t`Not brought back. Nothing was changed.` });
    }
  };
  return (
    <>
      {entries === null && !failed && <Skeleton label={t`Loading`} rows={2} />}
      {failed && <p role="alert" className="py-2 text-madder">{t`The history could not be read.`}</p>}
      {entries && (
        <ol className="mt-1 flex flex-col border-l border-line pl-4">
          {entries.map((entry, at) => (
            <li key={entry.stamp} className="group relative py-2">
              <span aria-hidden className="absolute top-3.5 -left-[1.28rem] size-2 rounded-full border-2 border-paper bg-line-strong" />
              <div className="flex items-baseline justify-between gap-2">
                <span className="figures text-small text-ink-3">{words.moment(entry.atMs)}{entry.source !== "ui" && ` · ${fields.source[entry.source]}`}</span>
                {at > 0 && <Button tone="quiet" className="h-6! px-2! text-small! opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 pointer-coarse:h-11! pointer-coarse:opacity-100" onPress={() => void restore(entry)}>{t`Bring back`}</Button>}
              </div>
              {entry.unknown ? (
                <p className="text-ink-3">{t`Written by a newer version. It is kept.`}</p>
              ) : (
                <ul>{entry.changes.map((change, line) => change.domain === "tasks" && <ChangeLine key={`${entry.stamp}-${line}`} change={change.change} />)}</ul>
              )}
            </li>
          ))}
        </ol>
      )}
    </>
  );
}

/** One field, from what to what. */
function ChangeLine({ change }: { change: TasksChange }) {
  const { t } = useLingui();
  const { fieldOf, valueOf, labelName } = useFieldWords();
  switch (change.type) {
    case "created":
      return <li>{t`Written`}</li>;
    case "labelAdded":
      return <li><span className="text-ink-2">{t`Label`}</span> + {labelName(change.label)}</li>;
    case "labelRemoved":
      return <li><span className="text-ink-2">{t`Label`}</span> − {labelName(change.label)}</li>;
    case "spent":
      return <FromTo name={t`Time spent`} before={String(change.before)} after={String(change.after)} />;
    default: {
      const name = fieldOf(change.after);
      return name === null ? <li className="text-ink-3">{t`Moved`}</li> : <FromTo name={change.type === "checklist" ? t`Checklist` : name} before={valueOf(change.before)} after={valueOf(change.after)} />;
    }
  }
}

function FromTo({ name, before, after }: { name: string; before: string | null; after: string | null }) {
  const { t } = useLingui();
  const short = (text: string) => (text.length > 140 ? `${text.slice(0, 140)}…` : text);
  return (
    <li className="figures break-words">
      <span className="text-ink-2">{name}</span>{" "}
      {before !== null && <><del className="text-ink-3">{short(before)}</del> → </>}
      {after === null ? <span className="text-ink-3">{t`nothing`}</span> : short(after)}
    </li>
  );
}
