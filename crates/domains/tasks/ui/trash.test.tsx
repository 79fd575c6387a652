import { type Call, ClockProvider, LifeClient, LifeProvider, NavigationProvider, type Port, type Problem, type Status } from "@lifeos/core";
import { ShortcutProvider, ToastProvider } from "@lifeos/design";
import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { TasksProvider } from "./context";
import { QuickAddProvider } from "./quick-add";
import { TrashScreen } from "./trash";

const open: Status = { phase: { type: "open" }, sync: "live", waiting: 0, quarantined: 0, needsNewer: 0, canUndo: false, canRedo: false, alarms: [], boxAlarms: [], rekeying: false, steppedUpUntilMs: null, device: null, idleLockMinutes: 0, toErase: 0, forks: 0 };

/** A trash of three records; each act of emptying takes two of them. */
function show({ verified = true, sync = "live" as const, toErase = 0, problem = null }: { verified?: boolean; sync?: "live" | "offline"; toErase?: number; problem?: Problem | null }) {
  const acts: string[] = [];
  let left = 3;
  const target = new EventTarget();
  const say = (data: unknown) => queueMicrotask(() => target.dispatchEvent(new MessageEvent("message", { data })));
  const answer = (id: number, call: Call) => {
    if (call.type === "status") return say({ id, reply: { type: "status", status: { ...open, sync, toErase } } });
    if (call.type === "do" && call.command.type === "tasks" && call.command.command.type === "emptyTrash") {
      const records = Array.from({ length: Math.min(2, left) }, (_, n) => `r${n}`);
      left -= records.length;
      acts.push(`empty ${records.length}`);
      return say({ id, reply: { type: "committed", intent: "", records, leftAlone: [], batch: null } });
    }
    if (call.type === "erase") {
      acts.push("erase");
      return say(problem ? { id, problem } : { id, reply: { type: "erased", changes: 3 } });
    }
    if (call.type === "subscribe" && call.query.type === "tasks") {
      const view = {
        counts: { type: "counts", counts: { inbox: 0, today: 0, overdue: 0, upcoming: 0, next: 0, waiting: 0, someday: 0, trash: 3 } },
        trash: { type: "trash", projects: [], sections: [{ id: "s1", title: "Beds", open: 0 }], labels: [] },
        list: { type: "list", list: { rows: [], start: 0, total: 0, groups: [], next: null } },
        projects: { type: "projects", projects: [] },
        labels: { type: "labels", labels: [] },
      }[call.query.query.type as "counts"];
      return say({ id, reply: { type: "view", view: { type: "tasks", view } } });
    }
  };
  const port: Port = { postMessage: ({ id, call }) => answer(id, call), addEventListener: (type, listener) => target.addEventListener(type, listener as EventListener) };
  const navigation = { path: "/trash", go: () => {}, record: null, openRecord: () => {} };
  const verify = async () => {
    acts.push("verify");
    return verified;
  };
  render(
    <I18nProvider i18n={i18n}><LifeProvider client={new LifeClient(port)}><ShortcutProvider singleLetters><ToastProvider closeLabel="Close" regionLabel="Messages"><ClockProvider><NavigationProvider value={navigation}><TasksProvider>
      <QuickAddProvider offerSampleData={null}><TrashScreen verify={verify} explain={() => "The box said no."} /></QuickAddProvider>
    </TasksProvider></NavigationProvider></ClockProvider></ToastProvider></ShortcutProvider></LifeProvider></I18nProvider>,
  );
  const press = async (name: string) => userEvent.click(await screen.findByRole("button", { name }));
  return { acts, press };
}

it("emptying asks once, verifies, then erases here and at the box", async () => {
  const { acts, press } = show({});
  await press("Empty the trash");
  expect(await screen.findByText(/^3 records are erased/)).toBeTruthy();
  expect(acts).toEqual([]);
  await press("Erase for good");
  await screen.findByText(/^Erased here and at the box/);
  expect(acts).toEqual(["verify", "empty 2", "empty 1", "erase"]);
});

it("a verification that is given up erases nothing", async () => {
  const { acts, press } = show({ verified: false });
  await press("Empty the trash");
  await press("Erase for good");
  await waitFor(() => expect(acts).toEqual(["verify"]));
  await waitFor(() => expect(screen.queryByRole("alertdialog")).toBeNull());
  expect(acts).toEqual(["verify"]);
});

it("without the box it is emptied here, and what waits there is said", async () => {
  const { acts, press } = show({ sync: "offline", toErase: 2 });
  expect(await screen.findByText("2 records wait to be erased at the box")).toBeTruthy();
  expect(screen.getByRole<HTMLButtonElement>("button", { name: "Erase at the box" }).disabled).toBe(true);
  await press("Empty the trash");
  await press("Erase for good");
  await screen.findByText(/waits to be erased there/);
  expect(acts).toEqual(["empty 2", "empty 1"]);
});

it("what waits is erased at the box by a press and a verification", async () => {
  const { acts, press } = show({ toErase: 1 });
  await press("Erase at the box");
  await screen.findByText(/^Erased here and at the box/);
  expect(acts).toEqual(["verify", "erase"]);
});

it("a box that refuses is said, with what is true then", async () => {
  const { press } = show({ toErase: 1, problem: { code: "refused", detail: null } });
  await press("Erase at the box");
  expect(await screen.findByText("The box said no.")).toBeTruthy();
});

it("a section in the trash can be taken out", async () => {
  show({});
  expect(await screen.findByRole("button", { name: "Take out Beds" })).toBeTruthy();
});
