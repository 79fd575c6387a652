import { inSpace, type GroupView, type LifeClient, type TaskDetailView, type TaskRow, type TasksQuery, type TasksView, useLife, useWords, useSpace } from "@lifeos/core";
import { Banner, Button, Dialog, DialogActions, DialogBody, Paper, printsLate, Progress, Select, Switch } from "@lifeos/design";
import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { useEffect, useMemo, useState } from "react";
import { type PaperPart, PaperSheet } from "./paper-sheet";
import type { Printable } from "./print-offer";
import { useTaskWords } from "./words";

type Whole = { rows: readonly TaskRow[]; groups: readonly GroupView[] };
const page_rows = 1000;

/** Asks what of the list is to be printed, fetches all of it, and hands it to the browser. */
export function PrintWindow({ printable, onClose }: { printable: Printable; onClose: () => void }) {
  const { t } = useLingui();
  const client = useLife();
  const space = useSpace();
  const words = useWords();
  const names = useTaskWords();
  const [whole, setWhole] = useState<Whole | null>(null);
  const [isFailed, setFailed] = useState(false);
  const [withNotes, setWithNotes] = useState(false);
  const [day, setDay] = useState("all");
  const [details, setDetails] = useState<ReadonlyMap<string, TaskDetailView> | null>(null);
  const [step, setStep] = useState<"asks" | "reading" | "prints">("asks");
  useEffect(() => {
    let isHere = true;
    wholeOf({ client, space }, printable).then((read) => isHere && setWhole(read), () => isHere && setFailed(true));
    return () => {
      isHere = false;
    };
  }, [client, space, printable]);
  const parts = useMemo<PaperPart[]>(() => {
    if (printable.type === "parts") return printable.parts.filter(({ rows }) => rows.length > 0).map(({ title, rows }) => ({ title, rows, hidesDay: false }));
    if (!whole) return [];
    const loose = whole.groups[0] ? whole.rows.slice(0, whole.groups[0].start) : whole.rows;
    const nameOf = (group: GroupView) => (group.day ? words.longDay(group.day) : (group.title ?? (group.priority ? names.priorityLong[group.priority] : group.list ? names.list[group.list] : t`Without a section`)));
    return [
      { title: "", rows: loose, hidesDay: false },
      ...whole.groups.filter((group) => day === "all" || group.day === day).map((group) => ({ title: nameOf(group), rows: whole.rows.slice(group.start, group.start + group.total), hidesDay: group.day !== null })),
    ].filter(({ rows }) => rows.length > 0);
  }, [printable, whole, day, words, names, t]);
  const count = parts.reduce((sum, { rows }) => sum + rows.length, 0);
  const days = whole?.groups.flatMap((group) => (group.day && group.total > 0 ? [group.day] : [])) ?? [];
  const print = async () => {
    setStep("reading");
    try {
      setDetails(withNotes ? await detailsOf({ client, space }, parts.flatMap(({ rows }) => rows)) : new Map());
      setStep("prints");
    } catch {
      setFailed(true);
      setStep("asks");
    }
  };
  return (
    <Dialog title={t`Print “${printable.title}”`} width="narrow" isOpen onClose={onClose}>
      <form onSubmit={(event) => { event.preventDefault(); void print(); }} className="contents">
        <DialogBody>
          {isFailed ? (
            <Banner tone="danger" title={t`This list could not be read`}>{t`What is stored is untouched.`}</Banner>
          ) : step === "reading" || (printable.type === "list" && !whole) ? (
            <Progress label={t`Reading`} value={null} />
          ) : (
            <p role="status" className="figures text-ink-2">{plural(count, { one: "# task", other: "# tasks" })}</p>
          )}
          {days.length > 1 && <Select label={t`Which day`} value={day} choices={[{ value: "all", label: t`All days` }, ...days.map((each) => ({ value: each, label: words.longDay(each) }))]} onChange={setDay} />}
          <Switch label={t`With notes and checklists`} isSelected={withNotes} onChange={setWithNotes} />
        </DialogBody>
        <DialogActions>
          <Button onPress={onClose}>{step === "prints" ? t`Close` : t`Cancel`}</Button>
          <Button type="submit" tone="primary" icon="print" autoFocus isDisabled={count === 0 || step !== "asks"}>{t`Print`}</Button>
        </DialogActions>
      </form>
      {step === "prints" && details && <Paper onPrinted={() => !printsLate() && onClose()}><PaperSheet title={printable.title} parts={parts} details={details} hidesProject={printable.type === "list" && printable.isProject} /></Paper>}
    </Dialog>
  );
}

/** Who is asked, and in which space. */
type Where = { client: LifeClient; space: string | null };

async function ask<Kind extends TasksView["type"]>({ client, space }: Where, kind: Kind, query: TasksQuery): Promise<Extract<TasksView, { type: Kind }>> {
  const { view } = await client.expect("view", { type: "ask", query: { type: "tasks", query }, ...inSpace(space) });
  if (view.type !== "tasks" || view.view.type !== kind) throw new Error("another answer than was asked for");
  return view.view as Extract<TasksView, { type: Kind }>;
}

/** Every row of a list, however much of it is on the screen. */
async function wholeOf(where: Where, printable: Printable): Promise<Whole> {
  if (printable.type === "parts") return { rows: [], groups: [] };
  const rows: TaskRow[] = [];
  let groups: readonly GroupView[] = [];
  let after: string | null = null;
  do {
    const { list }: Extract<TasksView, { type: "list" }> = await ask(where, "list", { type: "list", scope: printable.scope, grouping: printable.grouping, sorting: "natural", limit: page_rows, after });
    if (after === null) groups = list.groups;
    rows.push(...list.rows);
    after = list.next;
  } while (after !== null);
  return { rows, groups };
}

async function detailsOf(where: Where, rows: readonly TaskRow[]): Promise<ReadonlyMap<string, TaskDetailView>> {
  const details = new Map<string, TaskDetailView>();
  for (const { id, hasNotes, checklist } of rows) {
    if (!hasNotes && checklist.total === 0) continue;
    const { task } = await ask(where, "task", { type: "task", task: id });
    if (task) details.set(id, task);
  }
  return details;
}
