import { type Call, ClockProvider, type HistoryEntry, LifeClient, LifeProvider, NavigationProvider, type Port } from "@lifeos/core";
import { ShortcutProvider, ToastProvider } from "@lifeos/design";
import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { TasksProvider } from "./context";
import { asSteps, HistoryOf } from "./history";
import { QuickAddProvider } from "./quick-add";

const at = (stamp: string, device: string, change: HistoryEntry["changes"][number]["change"], more: Partial<HistoryEntry> = {}): HistoryEntry => ({
  stamp, atMs: Date.UTC(2026, 10, 21, 9, Number(stamp)), writtenMs: 0, device, source: "ui", unknown: false, changes: [{ domain: "tasks", change } as HistoryEntry["changes"][number]], ...more,
});
const moved = (stamp: string, device = "d1") => at(stamp, device, { type: "task", before: { order: "a" }, after: { order: "b" } });

function show(entries: HistoryEntry[]) {
  const asked: Call[] = [];
  const target = new EventTarget();
  const port: Port = {
    postMessage: ({ id, call }) => {
      asked.push(call);
      const reply =
        call.type === "history" ? { type: "history", entries }
        : call.type === "devices" ? { type: "devices", devices: [{ id: "d1", words: [], name: "Laptop", class: "full", sinceMs: 0, this: true, revoked: false }, { id: "d2", words: [], name: "Phone", class: "full", sinceMs: 0, this: false, revoked: false }] }
        : call.type === "restoreTo" ? { type: "committed", intent: "", records: [], leftAlone: [], batch: null }
        : null;
      if (reply) queueMicrotask(() => target.dispatchEvent(new MessageEvent("message", { data: { id, reply } })));
    },
    addEventListener: (type, listener) => target.addEventListener(type, listener as EventListener),
  };
  render(
    <I18nProvider i18n={i18n}>
      <LifeProvider client={new LifeClient(port)}>
        <ClockProvider>
          <ShortcutProvider singleLetters><ToastProvider closeLabel="Close" regionLabel="Messages">
            <NavigationProvider value={{ path: "/today", record: null, go: () => {}, openRecord: () => {} }}>
              <TasksProvider><QuickAddProvider offerSampleData={() => {}}><HistoryOf record="7a5c" /></QuickAddProvider></TasksProvider>
            </NavigationProvider>
          </ToastProvider></ShortcutProvider>
        </ClockProvider>
      </LifeProvider>
    </I18nProvider>,
  );
  return asked;
}

it("a history says who changed what from what to what, and where the record went", async () => {
  show([
    at("30", "d2", { type: "task", before: { presence: "present" }, after: { presence: { trashed: { atMs: 1 } } } as never }),
    at("20", "d1", { type: "task", before: { title: "Chose fronts" }, after: { title: "Choose the fronts" } }),
    at("10", "d1", { type: "created" }, { source: "import" }),
  ]);
  const [trashed, renamed, written] = await screen.findAllByRole("listitem").then((items) => items.filter((item) => item.parentElement?.tagName === "OL"));
  expect(trashed?.textContent).toMatch(/Moved to the trash\s*Phone/);
  expect(renamed?.textContent).toMatch(/Title Chose fronts → Choose the fronts\s*this device/);
  expect(written?.textContent).toMatch(/Written\s*this device · import/);
});

it("each state but the newest is brought back by its own button", async () => {
  const asked = show([moved("30", "d2"), at("20", "d1", { type: "task", before: { title: "a" }, after: { title: "b" } })]);
  const [back, ...others] = await screen.findAllByRole("button", { name: /^Bring back as it was at/ });
  expect(others).toEqual([]);
  if (back) await userEvent.click(back);
  expect(asked.find((call) => call.type === "restoreTo")).toEqual({ type: "restoreTo", record: "7a5c", stamp: "20" });
});

it("putting something in order again and again is one step, of one device", () => {
  const steps = asSteps([moved("5"), moved("4"), moved("3", "d2"), at("2", "d1", { type: "task", before: { title: "a" }, after: { title: "b" } }), moved("1")]);
  expect(steps.map(({ entry, moves }) => [entry.stamp, moves])).toEqual([["5", 2], ["3", 1], ["2", 0], ["1", 1]]);
});
