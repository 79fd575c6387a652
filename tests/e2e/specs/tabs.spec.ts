import type { Page } from "@playwright/test";
import { addTask, claim, goTo, syncLine, task } from "../house/steps.ts";
import { expect, test } from "../house/test.ts";

test("tabs share one leader: each is live, and what one of them leaves another takes up", async ({ box, open }) => {
  const { page: first, context } = await open();
  await claim(first, box);
  await goTo(first, "Inbox");
  await addTask(first, "Written in the first tab");

  // A second tab asks nobody: it is the same device, and open.
  const second = await context.newPage();
  await second.goto(`${box.origin}/inbox`);
  await expect(task(second, "Written in the first tab")).toBeVisible();
  await addTask(second, "Written in the second tab");
  await expect(task(first, "Written in the second tab")).toBeVisible({ timeout: 1_000 });

  // The first tab led. When it goes, the second goes on, and nothing shows it.
  await first.close();
  await addTask(second, "After the first tab");
  await expect(task(second, "After the first tab")).toBeVisible();
  const third = await context.newPage();
  await third.goto(`${box.origin}/inbox`);
  await expect(task(third, "After the first tab")).toBeVisible();
  await second.reload();
  await expect(task(second, "After the first tab")).toBeVisible();
  await expect(syncLine(second)).toHaveText("In step");

  // Locking in one tab locks all of them within a second.
  await third.keyboard.press("Control+Shift+L");
  for (const page of [second, third]) {
    await expect(page.getByRole("button", { name: "Unlock with the passkey" })).toBeVisible({ timeout: 1_000 });
    await expect(page.getByText("Written in the first tab")).toHaveCount(0);
  }
});

test("a leader that stands still is superseded, and writes nothing when it wakes", async ({ box, open }) => {
  const { page: first, context } = await open();
  await claim(first, box);
  await goTo(first, "Inbox");
  await addTask(first, "Before");
  const second = await context.newPage();
  await second.goto(`${box.origin}/inbox`);
  await expect(task(second, "Before")).toBeVisible();

  const wake = await standStill(first);
  await second.bringToFront();
  await addTask(second, "While it stood still");
  await expect(task(second, "While it stood still")).toBeVisible({ timeout: 10_000 });
  await wake();

  await expect(task(first, "While it stood still")).toBeVisible();
  await addTask(first, "Awake again");
  await expect(task(second, "Awake again")).toBeVisible();
  await expect(syncLine(second)).toHaveText("In step");
});

/** Stops a page's worker where it is, as a browser does that freezes a tab. Returns what wakes it. */
async function standStill(page: Page): Promise<() => Promise<void>> {
  const cdp = await page.context().newCDPSession(page);
  let session = "";
  cdp.on("Target.attachedToTarget", (event) => {
    if (event.targetInfo.type === "worker") session = event.sessionId;
  });
  await cdp.send("Target.setAutoAttach", { autoAttach: true, waitForDebuggerOnStart: false, flatten: false });
  await expect.poll(() => session).not.toBe("");
  let id = 0;
  const tell = async (method: string) => {
    id += 1;
    await cdp.send("Target.sendMessageToTarget", { sessionId: session, message: JSON.stringify({ id, method, params: {} }) });
  };
  const paused = new Promise<void>((resolve) => {
    cdp.on("Target.receivedMessageFromTarget", ({ message }) => {
      if (message.includes('"Debugger.paused"')) resolve();
    });
  });
  await tell("Debugger.enable");
  await tell("Debugger.pause");
  await paused;
  return () => tell("Debugger.resume");
}
