import { type Call, ClockProvider, type InviteView, LifeClient, LifeProvider, type PeopleView, type Port, type Reply } from "@lifeos/core";
import { ToastProvider } from "@lifeos/design";
import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { act, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { startingStatus } from "../../core/client";
import { StepUpProvider } from "../security/step-up";
import { Invitations } from "./invitations";

const made: Reply = { type: "inviteMade", invite: "bb", link: "https://box.example/#join/bb", qr: { size: 1, rows: ["1"] }, code: "ABCDE-FGHJK", words: ["one", "two"], expiresMs: 2_000 };

/** The list of invitations, with one that stands as said; the box takes and answers everything. */
function show(standing: InviteView["standing"]) {
  const invite: InviteView = { invite: "aa", role: "admin", share: { space: "5e", role: "viewer" }, expiresMs: 1_000, standing, failures: 0, late: 0 };
  const people: PeopleView = { words: [], spaces: [], offers: [], invites: [invite] };
  const calls: Call[] = [];
  const target = new EventTarget();
  const tell = (data: unknown) => void target.dispatchEvent(new MessageEvent("message", { data }));
  const port: Port = {
    postMessage: ({ id, call }) => {
      calls.push(call);
      const reply: Reply | null = call.type === "inviteMake" ? made : call.type === "inviteEnd" ? { type: "done" } : null;
      if (reply) queueMicrotask(() => tell({ id, reply }));
    },
    addEventListener: (type, listener) => target.addEventListener(type, listener as EventListener),
  };
  let rounds = 0;
  render(
    <I18nProvider i18n={i18n}><LifeProvider client={new LifeClient(port)}><ClockProvider><ToastProvider closeLabel="Close" regionLabel="Notices"><StepUpProvider>
      <Invitations people={people} again={() => void rounds++} />
    </StepUpProvider></ToastProvider></ClockProvider></LifeProvider></I18nProvider>,
  );
  // Somebody who was verified a moment ago is not asked again.
  act(() => tell({ push: { type: "status", status: { ...startingStatus, phase: { type: "open" }, steppedUpUntilMs: Date.now() + 60_000 } } }));
  return { calls: () => calls.filter(({ type }) => type.startsWith("invite")), rounds: () => rounds };
}

it.each([{ standing: "expired" }, { standing: "dead" }] as const)("one that is $standing is made anew in one press, for the same and of the same role, and the old one is put away", async ({ standing }) => {
  const { calls, rounds } = show({ type: standing });
  expect(screen.queryByRole("button", { name: "Show it again" })).toBeNull();
  await userEvent.click(screen.getByRole("button", { name: "Make a new one" }));
  expect(await screen.findByText("https://box.example/#join/bb")).toBeTruthy();
  await waitFor(() => expect(rounds()).toBe(1));
  expect(calls()).toEqual([
    { type: "inviteMake", role: "admin", share: { space: "5e", role: "viewer" }, days: 7 },
    { type: "inviteEnd", invite: "aa" },
  ]);
});

it("one that is open is shown again, and not made anew", () => {
  show({ type: "open" });
  expect(screen.getByRole("button", { name: "Show it again" })).toBeTruthy();
  expect(screen.queryByRole("button", { name: "Make a new one" })).toBeNull();
});
