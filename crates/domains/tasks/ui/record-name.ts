import { useTasks } from "@lifeos/core";
import { useTasksShared } from "./context";

/** What a record of whatever kind is called; none while it is looked up, or where it is not here. */
export function useRecordName(record: string): string | null {
  const { projects, labels } = useTasksShared();
  const known = projects.get(record) ?? labels.get(record);
  const live = useTasks<"task">(known ? null : { type: "task", task: record });
  return known?.title ?? (live.state === "ready" ? (live.view.task?.row.title ?? null) : null);
}
