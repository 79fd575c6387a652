import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fillDisk } from "../house/disk.ts";
import { addTask, claim, goTo, joinWithKit, reloadLocked, syncLine, unlockWithPasskey } from "../house/steps.ts";
import { expect, test, to } from "./look.ts";

test("a screen that breaks says so", async ({ box, open, look }) => {
  const { page } = await open();
  await claim(page, box);
  await to(page, "inbox");
  await page.evaluate(() => {
    Object.defineProperty(Intl.DateTimeFormat.prototype, "formatToParts", { value: () => { throw new Error("broken on purpose"); } });
    Object.defineProperty(Intl.DateTimeFormat.prototype, "format", { get: () => { throw new Error("broken on purpose"); } });
  });
  await to(page, "today");
  await expect(page.getByRole("alert").getByText("This screen broke")).toBeVisible();
  await look(page, "screen-broke", 360, 1440);
});

test("what a newer version wrote", async ({ box, open, look }) => {
  const first = await open();
  const [kit] = await claim(first.page, box);
  if (!kit) throw new Error("there is no kit");
  const { page, context } = await open({ authenticator: null });
  await joinWithKit(page, kit, "Behind");
  await expect(syncLine(page)).toHaveText("In step");
  await box.kill();
  await context.route(/\/api\/v1\/spaces\/[^/]+\/changes\?/, async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, body: Buffer.concat([Buffer.from([99, 0, 0, 0, 1, 7]), await answer.body()]) });
  });
  await box.start();
  await expect(page.getByText("Something was written by a newer version")).toBeVisible({ timeout: 30_000 });
  await look(page, "newer-version");
});

test("this device's storage is full", async ({ box, open, look }) => {
  const { page, tools } = await open();
  await claim(page, box);
  await goTo(page, "Inbox");
  await addTask(page, "Before it was full");
  await expect(syncLine(page)).toHaveText("In step");
  await fillDisk(page, tools, box, "Before it was full");
  await look(page, "storage-full");
});

test("a browser profile that exists twice", async ({ box, open, look }) => {
  const first = await open();
  const [kit] = await claim(first.page, box);
  if (!kit) throw new Error("there is no kit");
  await goTo(first.page, "Inbox");
  await addTask(first.page, "Before it was copied");
  await expect(syncLine(first.page)).toHaveText("In step");
  await first.shut();
  const copy = mkdtempSync(path.join(tmpdir(), "lifeos-copy-"));
  rmSync(copy, { recursive: true });
  cpSync(first.profile, copy, { recursive: true, filter: (file) => !path.basename(file).startsWith("Singleton") });
  for (const [profile, title] of [[first.profile, "Written in the original"], [copy, "Written in the copy"]] as const) {
    const { page } = await open({ profile, authenticator: null });
    await page.getByRole("button", { name: "Use a recovery kit" }).click();
    await page.getByRole("textbox", { name: "Code of the kit" }).fill(kit.code);
    await page.getByRole("button", { name: "Unlock with the kit" }).click();
    await goTo(page, "Inbox");
    if (profile !== copy) {
      await addTask(page, title);
      await expect(syncLine(page)).toHaveText("In step", { timeout: 30_000 });
      continue;
    }
    // It begins anew under an id of its own, and then says so.
    await expect(page.getByRole("main").getByRole("alert").first()).toBeVisible({ timeout: 30_000 });
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await look(page, "profile-twice");
    await to(page, "activity");
    await look(page, "profile-twice-activity", 360, 1440);
  }
});

test("changes that were set aside, for each reason that there is", async ({ box, open, look }) => {
  const { page } = await open();
  await claim(page, box);
  // No honest browser makes such changes, and no box can: what the core answers is written here. That it answers so is proven by the tests of the core.
  await page.addInitScript(() => {
    const reasons = ["noKey", "unopenable", "unreadable", "foreignStamp", "inSegment", "erased"];
    let own = "";
    const items = () => reasons.flatMap((reason, at) => Array.from({ length: at === 1 ? 30 : at === 2 ? 3 : 1 }, (_, number) => ({ device: at % 2 === 0 ? own : "badbadbadbadbadbadbadbadbadbadba", counter: 40 + at * 50 + 2 * number, reason })));
    const read = Object.getOwnPropertyDescriptor(MessageEvent.prototype, "data")?.get;
    Object.defineProperty(MessageEvent.prototype, "data", {
      get(this: MessageEvent) {
        const data: unknown = read?.call(this);
        if (!Array.isArray(data)) return data;
        return data.map((message: unknown) => {
          if (typeof message !== "object" || message === null || !("reply" in message) || typeof message.reply !== "string") return message;
          if (message.reply.startsWith('{"type":"devices"')) own = /"id":"(\w+)"/.exec(message.reply)?.[1] ?? own;
          return message.reply.startsWith('{"type":"quarantine"') ? { ...message, reply: JSON.stringify({ type: "quarantine", items: items() }) } : message;
        });
      },
    });
  });
  await reloadLocked(page);
  await unlockWithPasskey(page);
  await to(page, "devices");
  await to(page, "set-aside");
  await expect(page.getByRole("heading", { name: "From Device badbadba" })).toBeVisible();
  await look(page, "set-aside");
});
