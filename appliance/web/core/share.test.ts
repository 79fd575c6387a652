import { expect, test } from "vitest";
import { share } from "./share";

const row = (id: string, title: string) => ({ id, title, subtasks: { done: 0, total: 1 }, labels: ["a"] });

test("what is as it was is the same object, wherever it stands now", () => {
  const before = { rows: [row("1", "one"), row("2", "two")], total: 2 };
  const after = { rows: [row("0", "new"), row("1", "one"), row("2", "two, edited")], total: 3 };
  const shared = share(before, structuredClone(after));
  expect(shared).toEqual(after);
  expect(shared.rows[1]).toBe(before.rows[0]);
  expect(shared.rows[2]).not.toBe(before.rows[1]);
  expect(shared.rows[2]?.labels).toBe(before.rows[1]?.labels);
  expect(share(shared, structuredClone(after))).toBe(shared);
});

test("a field that went, came or became null is told", () => {
  expect(share({ a: 1, b: 2 }, { a: 1 })).toEqual({ a: 1 });
  expect(share({ a: 1 }, { a: 1, b: undefined })).toEqual({ a: 1, b: undefined });
  expect(Object.keys(share<object>({ a: 1 }, { b: 1 }))).toEqual(["b"]);
  expect(share({ a: { b: 1 } }, { a: null })).toEqual({ a: null });
  expect(share([1, 2], { 0: 1, 1: 2 })).toEqual({ 0: 1, 1: 2 });
  expect(share({ 0: 1 }, [1])).toEqual([1]);
  expect(share([{ id: "1" }, { id: "2" }], [{ id: "2" }])).toEqual([{ id: "2" }]);
  expect(share([1, 2, 3], [1, 2])).toEqual([1, 2]);
});
