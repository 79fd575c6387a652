import { ClockProvider, type Command, LifeClient, LifeProvider, NavigationProvider, type Port, type TaskField, type TaskRow } from "@lifeos/core";
import { ShortcutProvider, ToastProvider } from "@lifeos/design";
import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, it } from "vitest";
import { TasksProvider } from "./context";
import { TaskList } from "./task-list";

const row = (id: string, title: string, more: Partial<TaskRow> = {}): TaskRow => ({
  id, title, hasNotes: false, status: "pending", list: "next", defer: null, scheduled: null, due: null, deadline: null, dueState: "none", priority: "none", urgent: false, important: false,
  estimateMinutes: null, spentMinutes: 0, project: null, section: null, parent: null, lostParent: false, labels: [], assignee: null, subtasks: { done: 0, total: 0 }, checklist: { done: 0, total: 0 }, closedAtMs: null, trashedAtMs: null, ...more,
});

let commands: Command[] = [];
let opened: (string | null)[] = [];
beforeEach(() => {
  commands = [];
  opened = [];
});

function show(rows: TaskRow[], takesOn?: (beside: TaskRow) => TaskField[]) {
  const target = new EventTarget();
  const port: Port = {
    postMessage: ({ id, call }) => {
      if (call.type !== "do") return;
      commands.push(call.command);
      target.dispatchEvent(new MessageEvent("message", { data: { id, reply: { type: "committed", intent: "", records: [], leftAlone: [], batch: null } } }));
    },
    addEventListener: (type, listener) => target.addEventListener(type, listener as EventListener),
  };
  render(
    <I18nProvider i18n={i18n}>
      <LifeProvider client={new LifeClient(port)}>
        <ShortcutProvider singleLetters>
          <ToastProvider closeLabel="Close" regionLabel="Messages">
            <ClockProvider>
              <NavigationProvider value={{ path: "/next", record: null, go: () => {}, openRecord: (id) => opened.push(id) }}>
                <TasksProvider>
                  <TaskList label="Next" isOrdered {...(takesOn ? { takesOn } : {})} items={rows.map((task) => ({ kind: "task", row: task }))} />
                </TasksProvider>
              </NavigationProvider>
            </ClockProvider>
          </ToastProvider>
        </ShortcutProvider>
      </LifeProvider>
    </I18nProvider>,
  );
}
const three = () => [row("a1", "Water the lemon tree"), row("b2", "Call the insurance", { priority: "high" }), row("c3", "Pick up the parcel")];

it("a press on the mark completes that task and offers to undo", async () => {
  show(three());
  await userEvent.click(screen.getByRole("checkbox", { name: "Call the insurance" }));
  expect(commands).toEqual([{ type: "tasks", command: { type: "editTasks", tasks: ["b2"], edit: { type: "complete" } } }]);
  expect(await screen.findByText("Done.")).toBeTruthy();
  expect(screen.getByRole("button", { name: "Undo" })).toBeTruthy();
});

it("says the priority in words", () => {
  show(three());
  expect(within(screen.getByRole("grid", { name: "Next" })).getByText(/High priority/)).toBeTruthy();
});

it("has one place in the tab order, moved by the arrows", async () => {
  show(three());
  await userEvent.tab();
  expect(document.activeElement?.textContent).toContain("Water the lemon tree");
  await userEvent.keyboard("{ArrowDown}");
  expect(document.activeElement?.textContent).toContain("Call the insurance");
  expect(screen.getAllByRole("row").filter((line) => line.tabIndex === 0)).toHaveLength(1);
});

it("selects by key and acts on all that is selected as one", async () => {
  show(three());
  await userEvent.tab();
  await userEvent.keyboard("x{ArrowDown}x1");
  expect(screen.getAllByRole("row", { selected: true })).toHaveLength(2);
  expect(commands).toEqual([{ type: "tasks", command: { type: "editTasks", tasks: ["a1", "b2"], edit: { type: "set", set: [{ priority: "high" }] } } }]);
});

it("moves by Alt and an arrow, where a pointer would drag", async () => {
  show(three());
  await userEvent.tab();
  await userEvent.keyboard("{Alt>}{ArrowDown}{/Alt}");
  expect(commands).toEqual([{ type: "tasks", command: { type: "moveTasks", tasks: ["a1"], place: { type: "after", record: "b2" }, set: [] } }]);
});

it("opens a task by Enter", async () => {
  show(three());
  await userEvent.tab();
  await userEvent.keyboard("{Enter}");
  expect(opened).toEqual(["a1"]);
});

it("Alt and the arrows take a task over the edge of its section, to the near end of the next", async () => {
  show([row("a1", "Water", { section: "s1" }), row("b2", "Call", { section: "s1" }), row("c3", "Fetch", { section: "s2" }), row("d4", "Pay", { section: "s2" })], (beside) => [{ section: beside.section }]);
  const press = async (title: string, keys: string) => {
    screen.getByRole("row", { name: new RegExp(title) }).focus();
    await userEvent.keyboard(keys);
    return commands.at(-1)?.command;
  };
  expect(await press("Call", "{Alt>}{ArrowDown}{/Alt}")).toEqual({ type: "moveTasks", tasks: ["b2"], place: { type: "before", record: "c3" }, set: [{ section: "s2" }] });
  expect(await press("Fetch", "{Alt>}{ArrowUp}{/Alt}")).toEqual({ type: "moveTasks", tasks: ["c3"], place: { type: "after", record: "b2" }, set: [{ section: "s1" }] });
  expect(await press("Water", "{Alt>}{ArrowDown}{/Alt}")).toEqual({ type: "moveTasks", tasks: ["a1"], place: { type: "after", record: "b2" }, set: [{ section: "s1" }] });
});
