import { type ChecklistField, type LabelField, type ProjectField, type SectionField, type Source, type TaskField, useWords, useSharedSpace, type When } from "@lifeos/core";
import { useLingui } from "@lingui/react/macro";
import { useMemo } from "react";
import { useTasksShared } from "./context";
import { useTaskWords } from "./words";

type AnyField = TaskField | ProjectField | SectionField | LabelField | ChecklistField;

/** Fields and their values in a history, in the person's words. */
export function useFieldWords() {
  const { t } = useLingui();
  const words = useWords();
  const names = useTaskWords();
  const { projects, labels } = useTasksShared();
  const people = useSharedSpace()?.people;
  return useMemo(() => {
    const fields: Record<string, string> = {
      title: t`Title`, notes: t`Notes`, status: t`Status`, list: t`List`, defer: t`Not before`, scheduled: t`Scheduled`, due: t`Due`, deadline: t`Deadline`,
      priority: t`Priority`, urgent: t`Urgent`, important: t`Important`, estimateMinutes: t`Estimate`, project: t`Project`, section: t`Section`, parent: t`Part of`, assignee: t`Assigned to`,
      presence: t`Presence`, goal: t`Goal`, area: t`Area of life`, colour: t`Colour`, reviewDays: t`Review every`, reviewed: t`Reviewed`, text: t`Entry`, done: t`Done`, removed: t`Removed`, order: t`Place`, labels: t`Labels`, checklist: t`Checklist`, spent: t`Time spent`,
    };
    const codes: Record<string, string> = { ...names.list, ...names.priority, ...names.status, ...names.projectStatus, present: t`There`, purged: t`Erased`, withdrawn: t`Taken back` };
    const source: Record<Source, string> = { ui: "", import: t`import`, integration: t`integration`, schedule: t`schedule`, automation: t`automation`, ai: t`suggestion`, migration: t`update` };
    const value = (name: string, given: unknown): string | null => {
      if (given === null || given === "") return null;
      switch (name) {
        case "title": case "notes": case "goal": case "area": case "text":
          return String(given);
        case "status":
          return typeof given === "object" ? (codes[(given as { status: string }).status] ?? null) : (codes[String(given)] ?? String(given));
        case "defer": case "due": case "deadline":
          return words.longWhen(given as When);
        case "scheduled": {
          const block = given as { start: When; minutes: number | null };
          return block.minutes === null ? words.longWhen(block.start) : `${words.longWhen(block.start)}, ${words.minutes(block.minutes)}`;
        }
        case "estimateMinutes":
          return words.minutes(Number(given));
        case "reviewed":
          return words.longDay(String(given));
        case "project":
          return projects.get(String(given))?.title ?? t`a project that is gone`;
        case "assignee":
          return people?.find((person) => person.account === given)?.name ?? t`somebody without a name`;
        case "section": case "parent":
          return t`another record`;
        case "presence":
          return typeof given === "object" ? t`In the trash` : (codes[String(given)] ?? String(given));
        default:
          return typeof given === "boolean" ? (given ? t`yes` : t`no`) : (codes[String(given)] ?? String(given));
      }
    };
    const only = (field: AnyField): [string, unknown] => Object.entries(field)[0] ?? ["", null];
    return {
      source,
      /** The name of a field by its key, as conflicts name it. */
      nameOf: (key: string): string => fields[key] ?? fields[key.split(/[./:]/)[0] ?? ""] ?? t`another field`,
      /** The name of a field; none for the order, which is no one's words. */
      fieldOf: (field: AnyField): string | null => (only(field)[0] === "order" ? null : (fields[only(field)[0]] ?? only(field)[0])),
      valueOf: (field: AnyField): string | null => value(...only(field)),
      labelName: (id: string) => labels.get(id)?.title ?? t`a label that is gone`,
    };
  }, [t, words, names, projects, labels, people]);
}
