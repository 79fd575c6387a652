import { type TaskRow, useStatus, useTasks, useWords } from "@lifeos/core";
import { Button, cx, Keys, Progress } from "@lifeos/design";
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useMemo } from "react";
import { useQuickAdd } from "./quick-add";
import { type Printable, useOfferPrint } from "./print-offer";
import { Empty, ListFace, ScreenHead, SectionHead } from "./screen";
import { type ListItem, TaskList } from "./task-list";

/** What the day asks for, and nothing else. */
export function TodayScreen() {
  const { t } = useLingui();
  const live = useTasks<"today">({ type: "today" });
  const counts = useTasks<"counts">({ type: "counts" });
  const words = useWords();
  const isSyncing = useStatus((status) => status.sync === "syncing" && status.waiting === 0);
  const today = live.state === "ready" ? live.view.today : null;

  const parts = useMemo(
    (): { key: string; title: string; rows: readonly TaskRow[] }[] =>
      today
        ? [
            { key: "overdue", title: t`Overdue`, rows: today.overdue },
            { key: "in-progress", title: t`In progress`, rows: today.inProgress },
            { key: "scheduled", title: t`Scheduled`, rows: today.scheduled },
            { key: "due", title: t`Due today`, rows: today.due },
            { key: "deferred", title: t`Back today`, rows: today.deferred },
          ].filter(({ rows }) => rows.length > 0)
        : [],
    [today, t],
  );
  const items = useMemo(
    () => parts.flatMap(({ key, title, rows }): ListItem[] => [
      { kind: "heading", key, content: <SectionHead count={rows.length} {...(key === "overdue" ? { tone: "late" as const } : {})}>{title}</SectionHead> },
      ...rows.map((row): ListItem => ({ kind: "task", row })),
    ]),
    [parts],
  );
  useOfferPrint(useMemo<Printable>(() => ({ type: "parts", title: t`Today`, parts }), [t, parts]));

  const aside = today && (
    <>
      {words.longDay(today.day)}
      {today.estimateMinutes > 0 && <span className="text-ink-3"> · {t`${words.minutes(today.estimateMinutes)} planned`}</span>}
      {today.completed > 0 && <span className="text-ink-3"> · <Plural value={today.completed} one="# done" other="# done" /></span>}
    </>
  );
  const head = <ScreenHead title={t`Today`} aside={aside} />;
  if (live.state !== "ready" || !today) return <ListFace state={live.state === "failed" ? live : { state: "loading" }} head={head} />;
  const nothing = items.length === 0;
  const inbox = counts.state === "ready" ? counts.view.counts.inbox : 0;
  const anything = counts.state === "ready" && (["inbox", "upcoming", "next", "waiting", "someday"] as const).some((key) => counts.view.counts[key] > 0);
  return (
    <TaskList
      label={t`Today`}
      items={items}
      header={<>{head}{nothing && (anything || today.completed > 0 ? <ClearDesk inbox={inbox} /> : isSyncing ? <OnItsWay /> : <FirstDay />)}</>}
      hides={{ today: true }}
    />
  );
}

function ClearDesk({ inbox }: { inbox: number }) {
  const { t } = useLingui();
  return (
    <Empty title={t`Nothing more for today`}>
      <p>{inbox > 0 ? <Plural value={inbox} one="One task in the inbox waits to be looked at." other="# tasks in the inbox wait to be looked at." /> : <Trans>Tasks appear here when they are due, scheduled or begun.</Trans>}</p>
    </Empty>
  );
}

/** A device that has just come to an account, before anything of it is here. */
function OnItsWay() {
  const { t } = useLingui();
  return (
    <div className="animate-late">
      <Empty title={t`Fetching what is yours`}>
        <p><Trans>Everything is checked on its way in, and stands in its place as soon as it is here. You can write meanwhile.</Trans></p>
        <Progress label={t`Fetching`} value={null} />
      </Empty>
    </div>
  );
}

/** The first page of a life: it teaches by being used. */
function FirstDay() {
  const { t } = useLingui();
  const quickAdd = useQuickAdd();
  const steps = [
    { keys: "q", text: t`Write down the first thing on your mind. From anywhere, without leaving what you do.` },
    { keys: "t", text: t`Give it a day. What is for today stands here, with its time in the margin.` },
    { keys: "d", text: t`Do it, and strike it off. Undo brings it back, even tomorrow.` },
    { keys: "?", text: t`All other keys, for where you are.` },
  ];
  return (
    <div className="flex flex-col gap-6 px-4 pb-10 sm:pl-0">
      <ol className="flex flex-col">
        {steps.map((step) => (
          <li key={step.keys} className={cx("grid min-h-12 grid-cols-[2.5rem_1fr] items-center gap-3 sm:grid-cols-[var(--margin)_1fr] pointer-coarse:max-sm:grid-cols-1", step.keys === "?" && "pointer-coarse:hidden")}>
            <span className="sm:justify-self-end pointer-coarse:max-sm:hidden"><Keys keys={step.keys} /></span>
            <span className="max-w-lg border-b border-line py-3">{step.text}</span>
          </li>
        ))}
      </ol>
      <div className="flex flex-wrap gap-2 sm:pl-[calc(var(--margin)+0.75rem)]">
        <Button tone="primary" icon="plus" onPress={() => quickAdd.open()}>{t`Write the first task`}</Button>
        {quickAdd.offerSampleData && <Button onPress={quickAdd.offerSampleData}>{t`Try with sample data`}</Button>}
      </div>
      <p className="max-w-lg text-small text-ink-3 sm:pl-[calc(var(--margin)+0.75rem)]">
        <Trans>Coming from elsewhere? Drop a Super Productivity backup anywhere on this window, or choose it in Settings. You see what would happen before anything is written.</Trans>
      </p>
    </div>
  );
}
