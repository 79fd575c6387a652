import type { List, Priority, ProjectStatus, TaskStatus } from "@lifeos/core";
import type { IconName } from "@lifeos/design";
import { useLingui } from "@lingui/react/macro";
import { useMemo } from "react";

/** The names of a task's states, in the person's language. */
export function useTaskWords() {
  const { t } = useLingui();
  return useMemo(
    () => ({
      list: { inbox: t`Inbox`, next: t`Next`, waiting: t`Waiting`, someday: t`Someday` } satisfies Record<List, string>,
      priority: { none: t`None`, low: t`Low`, medium: t`Medium`, high: t`High` } satisfies Record<Priority, string>,
      priorityLong: { none: t`No priority`, low: t`Low priority`, medium: t`Medium priority`, high: t`High priority` } satisfies Record<Priority, string>,
      status: { pending: t`Open`, inProgress: t`In progress`, completed: t`Done`, cancelled: t`Cancelled` } satisfies Record<TaskStatus, string>,
      projectStatus: { active: t`Active`, paused: t`Paused`, completed: t`Completed`, cancelled: t`Cancelled` } satisfies Record<ProjectStatus, string>,
    }),
    [t],
  );
}

export const priorityLevel: Record<Priority, number> = { none: 0, low: 1, medium: 2, high: 3 };
export const listIcon: Record<List, IconName> = { inbox: "inbox", next: "next", waiting: "waiting", someday: "someday" };
export const lists: readonly List[] = ["inbox", "next", "waiting", "someday"];
export const priorities: readonly Priority[] = ["none", "low", "medium", "high"];
