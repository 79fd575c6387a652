import { type Call, LifeClient, LifeProvider, type PasskeyAnswer, type Port, type Reply } from "@lifeos/core";
import { ToastProvider } from "@lifeos/design";
import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { ReactNode } from "react";
import { expect, it, vi } from "vitest";
import { AddPasskey } from "../security/add-passkey";
import { StepUpProvider } from "../security/step-up";
import { NewAccount } from "./new-account";

// An authenticator as Firefox has it: it gives a key when it is used, and none when it is made.
vi.mock(import("../../core/passkey"), async (original) => {
  const made: PasskeyAnswer = { credential: "{}", credentialId: "id", prf: null, prfEnabled: true };
  return { ...(await original()), makePasskey: async () => made, askPasskey: async () => ({ ...made, prf: "key" }) };
});

const use: Reply = { type: "usePasskey", options: "{}", prfSalt: "salt" };
const make: Extract<Reply, { type: "makePasskey" }> = { type: "makePasskey", options: "{}", prfSalt: "salt" };

/** A core that answers each kind of call with these, in turn, and with "done" afterwards. */
function show(page: ReactNode, answers: Partial<Record<Call["type"], Reply[]>>) {
  const calls: Call["type"][] = [];
  const target = new EventTarget();
  const port: Port = {
    postMessage: ({ id, call }) => {
      calls.push(call.type);
      const reply = answers[call.type]?.shift() ?? { type: "done" };
      queueMicrotask(() => target.dispatchEvent(new MessageEvent("message", { data: { id, reply } })));
    },
    addEventListener: (type, listener) => target.addEventListener(type, listener as EventListener),
  };
  render(<I18nProvider i18n={i18n}><LifeProvider client={new LifeClient(port)}><ToastProvider closeLabel="Close" regionLabel="Messages"><StepUpProvider>{page}</StepUpProvider></ToastProvider></LifeProvider></I18nProvider>);
  return calls;
}
const press = async (name: string) => userEvent.click(await screen.findByRole("button", { name }));
const again = /it has to give the same key each time/;

it("a passkey that gives its first key at its first use is used once again before there is a kit", async () => {
  const calls = show(<NewAccount ask={make} name="Ada" before={2} of={5} onStartOver={() => {}} />, {
    claimPasskeyMade: [use],
    claimPasskeyConfirmed: [use, { type: "kits", sheets: [{ code: ["K7QM2"], account: ["A3X9Q"], accountWords: ["one"], payload: "", qr: { size: 1, rows: ["1"] }, asked: [1] }] }],
  });
  await press("Make the passkey");
  await press("Use the passkey");
  expect(await screen.findByText(again)).toBeTruthy();
  expect(screen.queryByRole("alert")).toBeNull();
  await press("Use the passkey");
  await waitFor(() => expect(screen.queryByText("Keep your recovery kit")).toBeTruthy());
  expect(calls.filter((call) => call === "claimPasskeyConfirmed")).toHaveLength(2);
});

it("a passkey that is added is not said to be added before it was used twice, where its first use gave its first key", async () => {
  const done = vi.fn();
  show(<AddPasskey onDone={done} />, { stepUpBegin: [use], addPasskeyBegin: [make], addPasskeyMade: [use], addPasskeyConfirmed: [use] });
  await press("Add a passkey");
  await press("Use the passkey");
  await press("Make the passkey");
  await press("Use the passkey");
  expect(await screen.findByText(again)).toBeTruthy();
  expect(done).not.toHaveBeenCalled();
  await press("Use the passkey");
  await waitFor(() => expect(done).toHaveBeenCalledOnce());
});
