import { type Call, LifeClient, LifeProvider } from "@lifeos/core";
import { act, render, screen } from "@testing-library/react";
import { expect, it, vi } from "vitest";
import { useUnsaved } from "../../design";
import { keepUnsaved } from "../../design/unsaved";
import { useLock, useLockOfOtherTabs } from "./lock";

/** What one page shows that was typed and not saved, and a key that locks it. */
function Page() {
  useLockOfOtherTabs();
  return <output>{useUnsaved("title") ?? "nothing"}</output>;
}

function LockButton() {
  return <button type="button" onClick={useLock()}>Lock</button>;
}

it("whoever locks leaves nothing unsaved in this tab or another", async () => {
  const calls: Call["type"][] = [];
  const client = new LifeClient({ postMessage: ({ call }) => void calls.push(call.type), addEventListener: () => {} });
  render(<LifeProvider client={client}><Page /><LockButton /></LifeProvider>);
  const told = vi.fn();
  const other = new BroadcastChannel("lifeos.lock");
  other.onmessage = told;
  act(() => keepUnsaved("title", "typed"));
  expect(screen.getByRole("status").textContent).toBe("typed");
  act(() => screen.getByRole("button", { name: "Lock" }).click());
  expect(calls).toContain("lock");
  expect(screen.getByRole("status").textContent).toBe("nothing");
  await vi.waitFor(() => expect(told).toHaveBeenCalledOnce());

  act(() => keepUnsaved("title", "typed again"));
  expect(screen.getByRole("status").textContent).toBe("typed again");
  other.postMessage(null);
  await vi.waitFor(() => expect(screen.getByRole("status").textContent).toBe("nothing"));
  other.close();
});
