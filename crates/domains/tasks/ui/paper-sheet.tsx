import { dayAsUtc, type TaskDetailView, type TaskRow, useClock, useWords, type When } from "@lifeos/core";
import { Markdown } from "@lifeos/design";
import { useLingui } from "@lingui/react/macro";
import { Suspense } from "react";
import { useTasksShared } from "./context";
import { useTaskWords } from "./words";

export type PaperPart = { title: string; rows: readonly TaskRow[]; hidesDay: boolean };

/** A list on paper, as on the screen: when in the margin, a box to tick, what, where at the end. Black on white, and every day by its name: paper does not know what is today. */
export function PaperSheet({ title, parts, details, hidesProject }: { title: string; parts: readonly PaperPart[]; details: ReadonlyMap<string, TaskDetailView>; hidesProject: boolean }) {
  const { today } = useClock();
  const words = useWords();
  return (
    <article className="flex flex-col gap-4">
      <header className="flex items-baseline justify-between gap-6 border-b-2 pb-1">
        <h1 className="text-title font-semibold">{title}</h1>
        <p className="figures whitespace-nowrap">{words.longDay(today)}</p>
      </header>
      {parts.map((part) => (
        <section key={part.title}>
          {part.title && <h2 className="border-b pb-0.5 pl-[7.25rem] font-semibold">{part.title}</h2>}
          <ul>{part.rows.map((row) => <Line key={row.id} row={row} hidesDay={part.hidesDay} hidesProject={hidesProject} detail={details.get(row.id)} />)}</ul>
        </section>
      ))}
    </article>
  );
}

function Line({ row, hidesDay, hidesProject, detail }: { row: TaskRow; hidesDay: boolean; hidesProject: boolean; detail: TaskDetailView | undefined }) {
  const { t } = useLingui();
  const { projects, labels } = useTasksShared();
  const words = useTaskWords();
  const when = usePaperWhen();
  const where = [row.project && !hidesProject ? projects.get(row.project)?.title : undefined, ...row.labels.map((id) => labels.get(id)?.title)].filter((name) => name !== undefined);
  const dates = [
    row.scheduled ? when(row.scheduled.start, hidesDay) : "",
    row.due ? `${t`Due`} ${when(row.due, hidesDay)}` : "",
    row.deadline ? `${t`Deadline`} ${when(row.deadline, false)}` : "",
    row.defer && !row.scheduled && !row.due && !row.deadline ? `${t`Not before`} ${when(row.defer, hidesDay)}` : "",
  ].filter((date) => date !== "").map((date) => date.trim());
  return (
    <li className="grid grid-cols-[6.5rem_auto_1fr_auto] gap-x-3 border-b border-[#bbb] py-1">
      <p className="figures pt-px text-right text-small">{dates.map((date) => <span key={date} className="block">{date}</span>)}</p>
      <Box isDone={row.status === "completed"} />
      <div className="min-w-0">
        <p className={row.status === "cancelled" ? "line-through" : ""}>{row.title}{row.priority !== "none" && <span className="text-[#444]"> · {words.priorityLong[row.priority]}</span>}</p>
        {detail && detail.checklist.length > 0 && (
          <ul className="pt-1">{detail.checklist.map((item) => <li key={item.id} className="flex items-start gap-2 py-0.5"><Box isDone={item.done} isSmall />{item.text}</li>)}</ul>
        )}
        {detail?.notes.trim() && <div className="pt-1 text-small"><Suspense fallback={<p className="whitespace-pre-wrap">{detail.notes}</p>}><Markdown text={detail.notes} /></Suspense></div>}
      </div>
      <p className="max-w-56 pt-px text-right text-small text-[#444]">{where.join(" · ")}</p>
    </li>
  );
}

/** A square to tick by hand, ticked where it is done. */
function Box({ isDone, isSmall = false }: { isDone: boolean; isSmall?: boolean }) {
  return (
    <svg aria-hidden viewBox="0 0 12 12" className={isSmall ? "mt-1 size-2.5 shrink-0" : "mt-0.5 size-3.5 shrink-0"} fill="none" stroke="#000" strokeWidth="1">
      <rect x="0.75" y="0.75" width="10.5" height="10.5" rx="1" />
      {isDone && <path d="M3 6.200 5.200 8.400 9.200 3.800" strokeWidth="1.500" />}
    </svg>
  );
}

/** A date as it can still be read next week. */
function usePaperWhen(): (when: When, hidesDay: boolean) => string {
  const words = useWords();
  const { locale } = useClock();
  return (when, hidesDay) => {
    const minute = words.minuteOf(when);
    const day = new Intl.DateTimeFormat(locale, { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" }).format(dayAsUtc(words.dayOf(when)));
    return [hidesDay ? "" : day, minute ? words.time(minute) : ""].filter(Boolean).join(" ");
  };
}
