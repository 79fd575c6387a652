import { type Call, ClockProvider, type ForkBranch, type ForkView, LifeClient, LifeProvider, NavigationProvider, type Port, type Problem, type Status } from "@lifeos/core";
import { ToastProvider } from "@lifeos/design";
import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import axe from "axe-core";
import { expect, it } from "vitest";
import { ForksScreen } from "./forks";

const open: Status = { phase: { type: "open" }, sync: "frozen", waiting: 0, quarantined: 0, needsNewer: 0, canUndo: false, canRedo: false, alarms: [], boxAlarms: [], rekeying: false, steppedUpUntilMs: null, device: "d1", idleLockMinutes: 0, toErase: 0, forks: 1 };
const thief = { id: "badbadbadbad", kind: "full", name: null, this: false };
const me = { id: "d1d1d1d1", kind: "full", name: "Laptop", this: true };
const ours: ForkBranch = { head: "aa", acts: [{ atMs: 1_700_000_000_000, signer: me.id, kind: { type: "methodAdded", method: "c0ffee", kind: "kit" } }], followed: true, atBox: false, adds: [], removes: [], onlyHere: [me], keepsThisDevice: true };
const theirs: ForkBranch = { head: "bb", acts: [{ atMs: 1_700_000_000_000, signer: me.id, kind: { type: "deviceAdded", device: thief.id, class: "full" } }], followed: false, atBox: true, adds: [thief], removes: [me], onlyHere: [thief], keepsThisDevice: false };
const fork: ForkView = { log: "ac", space: null, after: 3, branches: [ours, theirs], waiting: 2, resolver: { type: "method" } };

async function show({ forks = [fork], status = open, problem = null }: { forks?: ForkView[]; status?: Status; problem?: Problem | null } = {}) {
  const calls: Call[] = [];
  const target = new EventTarget();
  const port: Port = {
    postMessage: ({ id, call }) => {
      calls.push(call);
      const say = (data: object) => queueMicrotask(() => target.dispatchEvent(new MessageEvent("message", { data: { id, ...data } })));
      if (call.type === "status") say({ reply: { type: "status", status } });
      else if (call.type === "forks") say({ reply: { type: "forks", forks } });
      else if (call.type === "devices") say({ reply: { type: "devices", devices: [] } });
      else if (call.type === "resolveFork") say(problem ? { problem } : { reply: { type: "done" } });
    },
    addEventListener: (type, listener) => target.addEventListener(type, listener as EventListener),
  };
  const navigation = { path: "/forks", record: null, go: () => {}, openRecord: () => {} };
  const { container } = render(<I18nProvider i18n={i18n}><LifeProvider client={new LifeClient(port)}><NavigationProvider value={navigation}><ClockProvider><ToastProvider closeLabel="Close" regionLabel="Messages"><ForksScreen /></ToastProvider></ClockProvider></NavigationProvider></LifeProvider></I18nProvider>);
  await waitFor(() => expect(calls.some((call) => call.type === "forks")).toBe(true));
  return { calls, container };
}

/** The dialog is fetched when it is first opened, which may take a while. */
const patient = { timeout: 20_000 };
const card = (name: string) => screen.findByRole("article", { name }, patient);

it("says of both histories who was added, who is only in it, and which one the box has", async () => {
  const { container } = await show();
  const other = within(await card("The other one"));
  expect(other.getByText("at your box")).toBeTruthy();
  expect(other.getByText("Device badbadba")).toBeTruthy();
  expect(other.getByText("This device would be out")).toBeTruthy();
  const followed = within(await card("The one that this device followed"));
  expect(followed.getByText("A recovery kit was made")).toBeTruthy();
  expect(followed.getByText("Your box goes on with the other one")).toBeTruthy();
  expect(screen.getByText(/2 changes wait, and are sent afterwards/)).toBeTruthy();
  const found = await axe.run(container, { rules: { "color-contrast": { enabled: false }, region: { enabled: false } } });
  expect(found.violations.map((violation) => violation.id)).toEqual([]);
});

it("keeps the chosen history by the kit, and takes out whom the person names", async () => {
  const { calls } = await show();
  await userEvent.click(within(await card("The other one")).getByRole("button", { name: "Keep this history" }));
  const dialog = within(await screen.findByRole("alertdialog", {}, patient));
  expect(dialog.getByText("These lose access: Laptop (this device)")).toBeTruthy();
  await userEvent.click(dialog.getByRole("switch", { name: "Device badbadba" }));
  await userEvent.click(dialog.getByRole("button", { name: "No passkey at hand? Use a recovery kit" }));
  await userEvent.type(dialog.getByRole("textbox", { name: "Code of the kit" }), "K7QM2");
  await userEvent.click(dialog.getByRole("button", { name: "Keep it, with the kit" }));
  await waitFor(() => expect(calls.find((call) => call.type === "resolveFork")).toEqual({ type: "resolveFork", log: "ac", keep: "bb", remove: [thief.id], by: { type: "kit", code: "K7QM2" } }));
  await waitFor(() => expect(screen.queryByRole("alertdialog")).toBeNull());
});

it("says why it did not work, and leaves both to choose from", async () => {
  await show({ problem: { code: "otherHistory", detail: null } });
  await userEvent.click(within(await card("The one that this device followed")).getByRole("button", { name: "Keep this history" }));
  await userEvent.click(await screen.findByRole("button", { name: "No passkey at hand? Use a recovery kit" }, patient));
  await userEvent.type(screen.getByRole("textbox", { name: "Code of the kit" }), "K7QM2");
  await userEvent.click(screen.getByRole("button", { name: "Keep it, with the kit" }));
  expect((await screen.findByRole("alert")).textContent).toContain("The box goes on with the other history");
  await userEvent.click(screen.getByRole("button", { name: "Cancel" }));
  expect(await card("The other one")).toBeTruthy();
});

it("offers no choice while the box cannot be reached", async () => {
  await show({ status: { ...open, sync: "offline" } });
  expect(await screen.findByText("The box cannot be reached")).toBeTruthy();
  expect(screen.getAllByRole("button", { name: "Keep this history" }).every((button) => (button as HTMLButtonElement).disabled)).toBe(true);
});

it("says who can where this device cannot", async () => {
  await show({ forks: [{ ...fork, space: "5face", resolver: { type: "ownDevice" } }] });
  expect(await screen.findByText("This device cannot settle it")).toBeTruthy();
  expect(screen.queryByRole("button", { name: "Keep this history" })).toBeNull();
});

it("says that there is nothing to settle", async () => {
  await show({ forks: [] });
  expect(await screen.findByText("There is one history, and everything is in it")).toBeTruthy();
});
