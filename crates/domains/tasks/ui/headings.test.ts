import type { GroupView, TaskRow } from "@lifeos/core";
import { expect, it } from "vitest";
import { withHeadings } from "./headings";

const rows = (...ids: string[]) => ids.map((id) => ({ id }) as TaskRow);
const group = (record: string | null, start: number, total: number): GroupView => ({ record, title: record, day: null, priority: null, list: null, start, total });
const read = (items: ReturnType<typeof withHeadings>) => items.map((item) => (item.kind === "task" ? item.row.id : `[${item.group.record ?? ""}${item.first ? `>${item.first}` : ""}]`)).join(" ");

it("an empty section stands between its neighbours", () => {
  const groups = [group(null, 0, 1), group("a", 1, 2), group("c", 3, 1)];
  expect(read(withHeadings(rows("1", "2", "3", "4"), groups, ["a", "b", "c", "d"], true))).toBe("[>1] 1 [a>2] 2 3 [b] [c>4] 4 [d]");
});

it("sections of a project without tasks are all there", () => {
  expect(read(withHeadings([], [], ["a", "b"], true))).toBe("[a] [b]");
});

it("a heading waits for the rows before it", () => {
  const groups = [group("a", 0, 4), group("c", 4, 1)];
  expect(read(withHeadings(rows("1", "2"), groups, ["a", "b", "c"], false))).toBe("[a>1] 1 2");
  expect(read(withHeadings(rows("1", "2", "3", "4"), groups, ["a", "b", "c"], false))).toBe("[a>1] 1 2 3 4");
});

it("groups of any kind keep their order", () => {
  expect(read(withHeadings(rows("1", "2"), [group("x", 0, 1), group("y", 1, 1)], [], true))).toBe("[x>1] 1 [y>2] 2");
});
