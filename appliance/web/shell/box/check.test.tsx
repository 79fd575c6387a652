import { type BreakKind, type Call, ClockProvider, type Examined, type ExaminedSpace, LifeClient, LifeProvider, NavigationProvider, type Port, type Problem, type Reply, SpacesProvider } from "@lifeos/core";
import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import axe from "axe-core";
import { expect, it } from "vitest";
import { startingStatus } from "../../core/client";
import { CheckScreen } from "./check";

const mine = "5e1f0000";
const sound: ExaminedSpace = { space: mine, replayed: 1204, erased: 2, setAside: 1, leftOut: 0, held: 0, needsNewer: 3, agrees: true, breaks: null };
const found = (more: Partial<Examined> = {}): Examined => ({ run: 7, done: 1207, of: 1207, spaces: [sound], ended: true, ...more });
const laptop = { id: "d1d1d1d1", words: [], name: "Laptop", class: "full", sinceMs: 0, this: true, revoked: false };

/** A core that answers each call of an examination by the next of what is given. */
function show(answers: (Examined | Problem | "late")[], waiting = 0) {
  const calls: Call[] = [];
  const target = new EventTarget();
  const late: (() => void)[] = [];
  const port: Port = {
    postMessage: ({ id, call }) => {
      calls.push(call);
      const say = (data: { reply: Reply } | { problem: Problem }) => queueMicrotask(() => target.dispatchEvent(new MessageEvent("message", { data: { id, ...data } })));
      if (call.type === "status") say({ reply: { type: "status", status: { ...startingStatus, phase: { type: "open" }, sync: "live", waiting } } });
      else if (call.type === "devices") say({ reply: { type: "devices", devices: [laptop] } });
      else if (call.type === "people") say({ reply: { type: "people", people: { spaces: [{ space: mine, name: null, personal: true, role: "owner", people: [] }] } as never } });
      else if (call.type === "examineEnd" || call.type === "foldAnew") say({ reply: { type: "done" } });
      else if (call.type === "examine") {
        const next = answers.shift();
        if (next === "late") late.push(() => say({ reply: { type: "examined", examined: found({ ended: false }) } }));
        else if (next) say("code" in next ? { problem: next } : { reply: { type: "examined", examined: next } });
      }
    },
    addEventListener: (type, listener) => target.addEventListener(type, listener as EventListener),
  };
  const gone: string[] = [];
  const navigation = { path: "/check", record: null, go: (to: string) => void gone.push(to), openRecord: () => {} };
  const shown = render(<I18nProvider i18n={i18n}><LifeProvider client={new LifeClient(port)}><NavigationProvider value={navigation}><SpacesProvider><ClockProvider><CheckScreen /></ClockProvider></SpacesProvider></NavigationProvider></LifeProvider></I18nProvider>);
  return { calls, late, gone, ...shown };
}

const begin = () => userEvent.click(screen.getByRole("button", { name: "Check everything" }));

it("goes on page by page to the end, and says of each space in one line what was found", async () => {
  const { calls, container } = show([found({ done: 500, spaces: [], ended: false }), found()]);
  expect(screen.getByText(/Nothing is changed/)).toBeTruthy();
  await begin();
  expect(await screen.findByText("Everything fits")).toBeTruthy();
  expect(calls.filter((call) => call.type === "examine")).toEqual([{ type: "examine", run: null }, { type: "examine", run: 7 }]);
  expect(await screen.findByText("Your own: fits")).toBeTruthy();
  expect(screen.getByText("1,204 changes replayed, 2 with something erased, 1 set aside, 3 events for a newer version")).toBeTruthy();
  const faults = await axe.run(container, { rules: { "color-contrast": { enabled: false }, region: { enabled: false } } });
  expect(faults.violations.map((violation) => violation.id)).toEqual([]);
});

const broken = (kind: BreakKind) => found({ spaces: [{ ...sound, agrees: false, breaks: { kind, device: laptop.id, counter: 1012 } }] });

it("builds anew what is shown, where only that differs from the history, and checks again", async () => {
  const { calls } = show([broken("state"), found()]);
  await begin();
  expect(await screen.findByText("What is shown is not what the changes add up to: change 1,012 of Laptop")).toBeTruthy();
  await userEvent.click(screen.getByRole("button", { name: "Build it anew" }));
  expect(await screen.findByText("Everything fits")).toBeTruthy();
  expect(calls.filter(({ type }) => type === "foldAnew" || type === "examine").slice(1)).toEqual([{ type: "foldAnew", space: mine }, { type: "examine", run: null }]);
});

it("names the first place where the history itself is broken, and the way back that there is", async () => {
  const { gone } = show([broken("damaged")], 2);
  await begin();
  const alarm = await screen.findByRole("alert");
  expect(alarm.textContent).toContain("This device's copy differs from its history");
  expect(alarm.textContent).toContain("2 changes of this device have not been sent yet");
  expect(await screen.findByText("A stored change is missing or damaged: change 1,012 of Laptop")).toBeTruthy();
  await userEvent.click(screen.getAllByRole("button", { name: "Settings" })[1] ?? screen.getByText("-"));
  expect(gone).toEqual(["/settings"]);
});

it("says how far it is, and whoever cancels or leaves ends it", async () => {
  const { calls, late, unmount } = show([found({ done: 301, of: 1204, spaces: [], ended: false }), "late", "late"]);
  await begin();
  const progress = await screen.findByRole("progressbar", { name: "301 of 1,204 changes" });
  expect(progress.getAttribute("aria-valuenow")).toBe("25");
  await userEvent.click(screen.getByRole("button", { name: "Cancel" }));
  expect(screen.queryByRole("progressbar")).toBeNull();
  late.shift()?.();
  await waitFor(() => expect(calls.filter((call) => call.type === "examineEnd")).toEqual([{ type: "examineEnd", run: 7 }]));
  await begin();
  unmount();
  late.shift()?.();
  await waitFor(() => expect(calls.filter((call) => call.type === "examineEnd")).toHaveLength(2));
});

it("says why it could not be checked, and that another window began it anew", async () => {
  show([{ code: "storage", detail: "missing" }, { code: "notFound", detail: null }, found()]);
  await begin();
  expect((await screen.findByRole("alert")).textContent).toContain("It could not be checked");
  await userEvent.click(screen.getByRole("button", { name: "Try again" }));
  await waitFor(() => expect(screen.getByRole("alert").textContent).toContain("begun anew in another window"));
  await userEvent.click(screen.getByRole("button", { name: "Try again" }));
  expect(await screen.findByText("Everything fits")).toBeTruthy();
});
