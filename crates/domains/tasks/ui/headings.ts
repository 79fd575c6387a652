import type { GroupView, TaskRow } from "@lifeos/core";

/** A heading, with the first task under it. */
export type Heading = { group: GroupView; first: string | null };
type Item = { kind: "task"; row: TaskRow } | ({ kind: "heading" } & Heading);

/**
 * Puts headings between rows. `always` names groups, in their order, that have a heading even when
 * nothing is in them; one that would come after rows that are not here yet waits for them.
 */
export function withHeadings(rows: readonly TaskRow[], groups: readonly GroupView[], always: readonly string[], isWhole: boolean): Item[] {
  const items: Item[] = [];
  let at = 0;
  for (const group of everyGroup(groups, always)) {
    if (group.start > rows.length || (group.start === rows.length && !isWhole)) break;
    for (; at < group.start; at += 1) items.push(...line(rows[at]));
    items.push({ kind: "heading", group, first: group.total === 0 ? null : (rows[group.start]?.id ?? null) });
  }
  for (; at < rows.length; at += 1) items.push(...line(rows[at]));
  return items;
}

/** The groups in their order, with those that are empty where they belong. */
function everyGroup(groups: readonly GroupView[], always: readonly string[]): GroupView[] {
  const known = new Map(groups.map((group) => [group.record, group]));
  const end = groups.reduce((most, group) => Math.max(most, group.start + group.total), 0);
  const others = groups.filter((group) => group.record === null || !always.includes(group.record));
  const standing: GroupView[] = [];
  let start = end;
  for (const record of always.toReversed()) {
    const group = known.get(record);
    if (group) start = group.start;
    standing.unshift(group ?? { record, title: null, day: null, priority: null, list: null, total: 0, start });
  }
  // What is in none of them comes first, as the core has it.
  return [...others, ...standing];
}

function line(row: TaskRow | undefined): Item[] {
  return row ? [{ kind: "task", row }] : [];
}
