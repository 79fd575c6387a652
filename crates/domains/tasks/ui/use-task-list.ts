import { type Grouping, type GroupView, type Problem, type Scope, type Sorting, type TaskRow, type TasksView, useLife, useSpace } from "@lifeos/core";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";

const page_rows = 200;

export type TaskListState =
  | { state: "loading" }
  | { state: "failed"; problem: Problem }
  | { state: "ready"; rows: readonly TaskRow[]; groups: readonly GroupView[]; total: number; more: (() => void) | null };

type Page = Extract<TasksView, { type: "list" }>["list"];

/** A live list that grows page by page as it is read. Each page is a question of its own, kept live. */
export function useTaskList(scope: Scope, grouping: Grouping = "none", sorting: Sorting = "natural"): TaskListState {
  const client = useLife();
  const space = useSpace();
  const [count, setCount] = useState(1);
  const [version, setVersion] = useState(0);
  const pages = useRef<Page[]>([]);
  const failure = useRef<Problem | null>(null);
  const key = JSON.stringify({ scope, grouping, sorting, space });

  // Before the list is asked for: an answer that is there already must not be forgotten again.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another list starts from its first page
  useEffect(() => {
    pages.current = [];
    failure.current = null;
    setCount(1);
  }, [key]);

  useEffect(() => {
    const ends: (() => void)[] = [];
    const { space, ...asked } = JSON.parse(key) as { scope: Scope; grouping: Grouping; sorting: Sorting; space: string | null };
    const ask = (at: number, after: string | null) => {
      ends[at]?.();
      const query = { type: "tasks", query: { type: "list", ...asked, limit: page_rows, after } } as const;
      const heard = () => {
        const answer = client.answer(query, space);
        if (answer === null) return;
        if ("problem" in answer) failure.current = answer.problem;
        else if (answer.view.type === "tasks" && answer.view.view.type === "list") {
          const list = answer.view.view.list;
          failure.current = null;
          const moved = pages.current[at]?.next !== list.next;
          pages.current = replaced(pages.current, at, list);
          if (list.next !== null && at + 1 < count && (moved || !ends[at + 1])) ask(at + 1, list.next);
          if (list.next === null) pages.current = pages.current.slice(0, at + 1);
        }
        setVersion((v) => v + 1);
      };
      ends[at] = client.watch(query, heard, space);
      heard();
    };
    ask(0, null);
    return () => {
      for (const end of ends) end?.();
    };
  }, [client, key, count]);

  const grow = useCallback(() => setCount((c) => c + 1), []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the pages change under their version
  return useMemo(() => {
    if (failure.current) return { state: "failed", problem: failure.current };
    const [first] = pages.current;
    if (!first) return { state: "loading" };
    const seen = new Set<string>();
    const rows = pages.current.flatMap((page) => page.rows).filter((row) => !seen.has(row.id) && seen.add(row.id));
    const more = pages.current.at(-1)?.next !== null && pages.current.length >= count;
    return { state: "ready", rows, groups: first.groups, total: first.total, more: more ? grow : null };
  }, [version, count, grow, key]);
}

function replaced(pages: Page[], at: number, page: Page): Page[] {
  const next = [...pages];
  next[at] = page;
  return next;
}
