import { ClockProvider, type Command, LifeClient, LifeProvider, NavigationProvider, type Port, type TaskDetailView } from "@lifeos/core";
import { forgetUnsaved, ShortcutProvider, ToastProvider } from "@lifeos/design";
import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { cleanup, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it } from "vitest";
import { TasksProvider } from "./context";
import { TaskDetail } from "./detail";
import { QuickAddProvider } from "./quick-add";

const task: TaskDetailView = {
  row: {
    id: "a1", title: "Choose the fronts", hasNotes: false, status: "pending", list: "next", defer: null, scheduled: null, due: { day: "2026-11-24" }, deadline: null, dueState: "later", priority: "none", urgent: false, important: false,
    estimateMinutes: null, spentMinutes: 0, project: null, section: null, parent: null, lostParent: false, labels: [], assignee: null, subtasks: { done: 0, total: 0 }, checklist: { done: 1, total: 2 }, closedAtMs: null, trashedAtMs: null,
  },
  notes: "", statusChange: { status: "pending", atMs: 0, source: "ui" }, checklist: [{ id: "c1", text: "Fetch the card", done: true }, { id: "c2", text: "Ask Ivo", done: false }],
  subtasks: [], spent: [], projectTitle: null, sectionTitle: null, parentTitle: null, createdAtMs: 0, expiresAtMs: null,
};

afterEach(forgetUnsaved);

function show({ refuses = 0 }: { refuses?: number } = {}) {
  let left = refuses;
  const commands: Command[] = [];
  const target = new EventTarget();
  const say = (data: unknown) => queueMicrotask(() => target.dispatchEvent(new MessageEvent("message", { data })));
  const port: Port = {
    postMessage: ({ id, call }) => {
      if (call.type === "do") {
        commands.push(call.command);
        left -= 1;
        if (left >= 0) say({ id, problem: { code: "storage", detail: "full" } });
        else say({ id, reply: { type: "committed", intent: "", records: [], leftAlone: [], batch: null } });
      } else if (call.type === "subscribe" && call.query.type === "tasks" && call.query.query.type === "task") {
        say({ id, reply: { type: "view", view: { type: "tasks", view: { type: "task", task } } } });
      }
    },
    addEventListener: (type, listener) => target.addEventListener(type, listener as EventListener),
  };
  render(
    <I18nProvider i18n={i18n}>
      <LifeProvider client={new LifeClient(port)}>
        <ShortcutProvider singleLetters>
          <ToastProvider closeLabel="Close" regionLabel="Messages">
            <ClockProvider>
              <NavigationProvider value={{ path: "/next", record: "a1", go: () => {}, openRecord: () => {} }}>
                <TasksProvider>
                  <QuickAddProvider offerSampleData={null}>
                    <TaskDetail id="a1" />
                  </QuickAddProvider>
                </TasksProvider>
              </NavigationProvider>
            </ClockProvider>
          </ToastProvider>
        </ShortcutProvider>
      </LifeProvider>
    </I18nProvider>,
  );
  return commands;
}

it("shows every field of a task by its name", async () => {
  show();
  expect(await screen.findByRole("textbox", { name: "Title" })).toHaveProperty("value", "Choose the fronts");
  for (const name of ["Status", "Belongs to", "Labels", "Scheduled", "Due", "Deadline", "Not before", "Priority", "Estimate", "Time spent"]) expect(screen.getAllByText(name).length).toBeGreaterThan(0);
});

it("hands a changed title over when the focus leaves, and an empty one never", async () => {
  const commands = show();
  const title = await screen.findByRole("textbox", { name: "Title" });
  await userEvent.clear(title);
  await userEvent.tab();
  expect(commands).toEqual([]);
  await userEvent.clear(title);
  await userEvent.type(title, "Choose the colour{Enter}");
  expect(commands).toEqual([{ type: "tasks", command: { type: "editTasks", tasks: ["a1"], edit: { type: "set", set: [{ title: "Choose the colour" }] } } }]);
});

it("ticks one entry of the checklist", async () => {
  const commands = show();
  await userEvent.click(await screen.findByRole("checkbox", { name: "Ask Ivo" }));
  expect(commands).toEqual([{ type: "tasks", command: { type: "editChecklistItem", task: "a1", item: "c2", set: [{ done: true }] } }]);
});

it("what could not be saved stays where it was typed, and is saved from there", async () => {
  const commands = show({ refuses: 1 });
  const notes = await screen.findByRole("textbox", { name: "Notes" });
  await userEvent.type(notes, "Birch yellows");
  await userEvent.tab();
  await userEvent.click(await screen.findByRole("button", { name: "Try again" }));
  const written = { type: "tasks", command: { type: "editTasks", tasks: ["a1"], edit: { type: "set", set: [{ notes: "Birch yellows" }] } } };
  expect(commands).toEqual([written, written]);
  await waitFor(() => expect(screen.queryByText("Not saved yet. It stays here.")).toBeNull());
});

it("a note that is too long is not handed over, says by how much, and waits while another task is open", async () => {
  const commands = show();
  const notes = await screen.findByRole("textbox", { name: "Notes" });
  await userEvent.click(notes);
  await userEvent.paste(`${"a".repeat(47_999)}ä`);
  await userEvent.tab();
  expect(await screen.findByText(/^Too long by 1 character\./)).toBeTruthy();
  expect(commands).toEqual([]);
  cleanup();
  show();
  expect(await screen.findByRole("textbox", { name: "Notes" })).toHaveProperty("value", `${"a".repeat(47_999)}ä`);
});
