import type { TaskDetailView, useWords } from "@lifeos/core";
import { expect, it } from "vitest";
import { textOf } from "./give";

const words = { longWhen: () => "Tuesday 24 November" } as unknown as ReturnType<typeof useWords>;
const task = (part: object) => ({ row: { title: "Oil the door", deadline: null, due: null, scheduled: null }, checklist: [], notes: "", ...part }) as unknown as TaskDetailView;

it("a task without more is its title", () => {
  expect(textOf(task({}), words)).toBe("Oil the door");
});

it("says when, what belongs to it and its notes", () => {
  const full = task({ row: { title: "Oil the door", deadline: null, due: { day: "2026-11-24" }, scheduled: null }, checklist: [{ text: "oil", done: true }, { text: "rag", done: false }], notes: "the **left** one\n" });
  expect(textOf(full, words)).toBe("Oil the door (Tuesday 24 November)\n\n[x] oil\n[ ] rag\n\nthe **left** one");
});
