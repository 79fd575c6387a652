import { type ImportHomeless, type ImportNotice, type ImportReason, type ImportRecordKind, type ImportReport, useWords } from "@lifeos/core";
import { Pill } from "@lifeos/design";
import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";

/** Whether importing would write nothing. */
export function bringsNothing(report: ImportReport): boolean {
  return broughtBy(report) === 0;
}

/** How many records importing would make or change. */
export function broughtBy(report: ImportReport): number {
  return Object.values(report.records).reduce((sum, effect) => sum + (effect ? effect.new + effect.changed : 0), 0);
}

/** What reading a file found and what importing it would do. */
export function ReportView({ report, children }: { report: ImportReport; children?: ReactNode }) {
  const { t } = useLingui();
  const words = useWords();
  const kinds: Record<ImportRecordKind, string> = { task: t`Tasks`, project: t`Projects`, section: t`Sections`, label: t`Labels` };
  const homeless: Record<ImportHomeless, string> = {
    repeats: t`repeating rules`, reminders: t`reminders`, embeddedFiles: t`embedded files`, workedDays: t`worked days`, counters: t`counters`, evaluations: t`evaluations`,
    reflections: t`reflections`, sectionsOfTags: t`sections of tags`, tagFolders: t`folders of tags`, pluginData: t`data of plug-ins`, unknownModels: t`kinds that are not known`,
    calendarEntries: t`entries of a calendar`, journalEntries: t`entries of a journal`, relations: t`links between tasks`, trashed: t`things in the bin`, history: t`earlier states of tasks`,
    textBetween: t`texts that belong to no task`, places: t`places`, emptyAreas: t`empty areas`, projectDates: t`dates of projects`, evening: t`marks for the evening`,
    people: t`persons to whom tasks were given`,
  };
  const notices: Record<ImportNotice, string> = {
    newerVersion: t`The file is of a newer version than is known.`, noVersion: t`The file names no version.`, damagedCharacters: t`Damaged characters were replaced.`, untitled: t`Tasks without a title.`,
    doneDateInferred: t`Days of completion were inferred.`, todayUnknown: t`The day that “today” meant is not known.`, notInList: t`Tasks that stood on no list.`, parentFromList: t`Parents taken from the lists.`,
    projectDateDropped: t`Dates of projects were dropped.`, roundedToMinutes: t`Times were rounded to minutes.`,
    zoneUnknown: t`Times of a zone that the file does not describe are times on the wall.`, controlCharacters: t`Control characters were left out of texts.`,
    endDropped: t`Of spans of time, only the beginning came in.`, sameNames: t`Tasks of the same name are told apart by their order alone.`,
    logBeside: t`The newest changes may stand in a file beside this one, which was not read. Quit the program, then take the file again.`,
  };
  const reasons: Record<ImportReason, string> = {
    wrongType: t`of another type than expected`, missing: t`missing`, unknownField: t`not known`, notADay: t`not a day`, notAMoment: t`not a moment`, notADuration: t`not a length of time`,
    duplicateId: t`the same identity twice`, danglingId: t`named, and not there`, danglingParent: t`its parent is not there`, danglingProject: t`its project is not there`,
    danglingTag: t`its tag is not there`, danglingSection: t`its section is not there`, parentCycle: t`a task inside itself`, tooLong: t`longer than can be kept; its beginning was taken`,
    notARow: t`not a line of this format; left out`, notAPlainDate: t`not a date in digits`, unknownValue: t`a value that is not known`,
  };
  const order: ImportRecordKind[] = ["task", "project", "section", "label"];
  const missed = Object.values(report.notUnderstoodTotal).reduce((sum, count) => sum + (count ?? 0), 0);
  return (
    <>
      <div className="overflow-x-auto">
        <table className="figures w-full text-left">
          <thead>
            <tr className="border-b border-line text-small text-ink-3">
              <th className="py-1 font-medium">{t`Kind`}</th>
              <th className="py-1 pl-3 text-right font-medium">{t`New`}</th>
              <th className="py-1 pl-3 text-right font-medium">{t`Changed`}</th>
              <th className="py-1 pl-3 text-right font-medium">{t`The same`}</th>
              <th className="py-1 pl-3 text-right font-medium">{t`In the trash`}</th>
            </tr>
          </thead>
          <tbody>
            {order.flatMap((kind) => {
              const effect = report.records[kind];
              return effect ? [
                <tr key={kind} className="border-b border-line/60">
                  <th scope="row" className="py-1.5 font-normal">{kinds[kind]}</th>
                  <td className="py-1.5 pl-3 text-right font-semibold">{words.number(effect.new)}</td>
                  <td className="py-1.5 pl-3 text-right">{words.number(effect.changed)}</td>
                  <td className="py-1.5 pl-3 text-right text-ink-3">{words.number(effect.unchanged)}</td>
                  <td className="py-1.5 pl-3 text-right text-ink-3">{words.number(effect.trashed)}</td>
                </tr>,
              ] : [];
            })}
          </tbody>
        </table>
      </div>
      {bringsNothing(report) && (
        <p className="font-medium">
          <Trans>This file brings nothing new.</Trans> {Object.values(report.records).some((effect) => effect && effect.trashed > 0) && <Trans>What lies in the trash stays there until you take it out.</Trans>}
        </p>
      )}
      {children}
      {report.leftOut.length > 0 && (
        <section aria-label={t`What stays out`}>
          <h3 className="flex items-center gap-2 pb-1 font-semibold">{t`What stays out`}<Pill tone="attention">{t`no place here yet`}</Pill></h3>
          <ul className="figures text-ink-2">{report.leftOut.map((left) => <li key={left.what}>{words.number(left.count)} {homeless[left.what]}</li>)}</ul>
        </section>
      )}
      {missed > 0 && (
        <section aria-label={t`Not understood`}>
          <h3 className="pb-1 font-semibold">{t`Not understood`} <span className="figures text-small text-ink-3">{words.number(missed)}</span></h3>
          <ul className="quiet-scroll max-h-32 font-mono text-small text-ink-2">{report.notUnderstood.map((item) => <li key={`${item.at}-${item.reason}`} className="break-all">{item.at}: {reasons[item.reason]}</li>)}</ul>
        </section>
      )}
      {report.warnings.length > 0 && (
        <section aria-label={t`Good to know`}>
          <h3 className="pb-1 font-semibold">{t`Good to know`}</h3>
          <ul className="text-ink-2">{report.warnings.map((warning) => <li key={warning.what}>{notices[warning.what]} <span className="figures text-ink-3">{words.number(warning.count)}</span></li>)}</ul>
        </section>
      )}
      <p className="text-small text-ink-3"><Trans>Nothing has been written yet.</Trans></p>
    </>
  );
}
