import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Page } from "@playwright/test";
import type { Box } from "../house/box.ts";
import type { Browser } from "../house/browser.ts";
import { Fields, fieldsOfSources } from "../house/fields.ts";
import type { Wanted } from "../house/search/finder.ts";
import { formsOfBytes } from "../house/search/forms.ts";
import { Canaries, findings, layersOfFolder, secret } from "../house/search/search.ts";
import { comeIn, goToSpace, type Handed, handOver, openLink, openPeople, typeCode } from "../house/people.ts";
import { type Layer, layersOf } from "../house/search/layers.ts";
import { lookupOf, secretsOfKit, secretsOfPrf } from "../house/secrets.ts";
import { addTask, claim, goTo, joinWithKit, syncLine, task } from "../house/steps.ts";
import { backupOf } from "../house/super-productivity.ts";
import { expect, test } from "../house/test.ts";
import { layersOfConversation } from "../house/wire/http.ts";

test.use({ boxOptions: { log: "trace", isHeard: true } });

const enough = 200;

/** Fields that take nothing which a person thinks up: the box's code goes to the box, and the kit's is searched for as a secret. */
const codes = [/^Claim code$/, /^Group \d+$/];
/** Where fields are drawn whose names others give them, and the two that take digits and a kit's groups. */
const unnamedIn = [
  "appliance/web/design/editable.tsx",
  "appliance/web/design/field.tsx",
  "appliance/web/design/picker.tsx",
  "appliance/web/shell/enrol/kit-sheet.tsx",
  "appliance/web/shell/frame/palette.tsx",
  "appliance/web/shell/security/approve.tsx",
  "crates/domains/tasks/ui/notes.tsx",
];

test("two hundred canaries typed in every field, and the secrets of the passkey, are found nowhere at rest or on the way", async ({ box, open }) => {
  test.setTimeout(240_000);
  const canaries = new Canaries();
  const first = await open();
  const { page } = first;
  const prf = await overhearPrf(page);
  const fields = new Fields();
  await fields.watch(page);

  const [kit] = await claim(page, box, { name: canaries.for("the name of the account"), device: canaries.for("the name of the first device") });
  if (!kit) throw new Error("there is no kit");
  await typeIntoTasks(page, canaries);
  await typeIntoProjects(page, canaries);
  await typeIntoLabels(page, canaries);
  await typeIntoTheRest(page, canaries);
  const imported = await bringIn(page, canaries);
  const handed = await typeIntoPeople(page, canaries);
  await expect(syncLine(page)).toHaveText("In step", { timeout: 30_000 });

  const second = await open({ authenticator: null });
  await fields.watch(second.page);
  await joinWrongly(second.page, canaries);
  await joinWithKit(second.page, kit, canaries.for("the name of the second device"));
  await second.page.keyboard.press("/");
  await second.page.getByRole("searchbox", { name: "Search" }).pressSequentially(imported);
  await expect(task(second.page, imported)).toBeVisible();
  await expect(syncLine(second.page)).toHaveText("In step", { timeout: 30_000 });
  const third = await open();
  await fields.watch(third.page);
  await acceptWrongly(third.page, handed, canaries);
  await comeIn(third.page, handed, canaries.for("the name of who was invited"), { pastes: true });
  await expect(syncLine(third.page)).toHaveText("In step", { timeout: 30_000 });
  expect(canaries.count).toBeGreaterThanOrEqual(enough);

  for (const browser of [first, second]) {
    await browser.page.keyboard.press("Control+Shift+L");
    await expect(browser.page.getByRole("heading", { level: 1, name: "Locked" })).toBeVisible();
    expect(await browser.page.title()).toBe("LifeOS");
    expect(new URL(browser.page.url()).pathname + new URL(browser.page.url()).search).toBe("/today");
  }
  await tryAsKit(page, canaries.for("a wrong kit on the locked page"));
  expect(without(fields, canaries)).toEqual([]);

  expect(prf).not.toEqual([]);
  const wanted = [...canaries.wanted, ...secretsOfPrf(prf, kit), ...secretsOfKit(kit), ...secretsOfInvitation(handed)];
  const whileRunning = [...(await layersOfFolder(first.profile, "profile 1, running")), ...(await layersOfFolder(second.profile, "profile 2, running"))];
  expect(findings(wanted, whileRunning)).toEqual([]);
  const atRest = await everythingAtRest(box, [first, second, third]);
  expect(findings(wanted, atRest)).toEqual([]);
  // What is derived of a kit by the same means and does travel and lie at the box is found in both.
  const known = findings(lookupOf(kit), atRest);
  for (const place of [/ in the box's folder/, / to the box: POST/]) expect(known.some((line) => place.test(line)), String(place)).toBe(true);
});

/** Fields that no canary was typed into: of those that were on a screen, and of those that the page's sources draw. */
function without(fields: Fields, canaries: Canaries): string[] {
  const { named, unnamed } = fieldsOfSources();
  const isCode = (name: string) => codes.some((code) => code.test(name));
  const drawn = (name: string) => named.filter(({ label }) => label === name).map(({ file }) => file);
  const names = new Set(named.map(({ label }) => label).filter((name) => !isCode(name)));
  return [
    ...[...fields.met].filter((name) => !isCode(name) && fields.count(name, canaries.texts) === 0).map((name) => `a field on a screen: ${name}`),
    ...[...names].filter((name) => fields.count(name, canaries.texts) < drawn(name).length).map((name) => `${name}, of ${drawn(name).join(", ")}`),
    ...unnamed.filter((file) => !unnamedIn.includes(file)).map((file) => `a field without a name of its own in ${file}`),
  ];
}

/** All that is left of a run once the browsers are closed: their profiles, the box's folder, its logs and figures, the wire. */
async function everythingAtRest(box: Box, browsers: readonly Browser[]): Promise<Layer[]> {
  const layers: Layer[] = [];
  for (const browser of browsers) await browser.shut();
  const metrics = await box.metrics();
  const conversations = await box.conversations();
  await box.kill();
  for (const [at, browser] of browsers.entries()) layers.push(...(await layersOfFolder(browser.profile, `profile ${at + 1}`)));
  layers.push(...(await layersOfFolder(box.data, "the box's folder")));
  layers.push(...layersOf({ name: "the box's log", bytes: Buffer.from(box.said) }), { name: "the metrics", bytes: Buffer.from(metrics) });
  for (const [at, conversation] of conversations.entries()) {
    for (const layer of layersOfConversation(conversation, `connection ${at + 1} (${box.wire?.kind})`)) layers.push(...layersOf(layer));
  }
  return layers;
}

/** Every text that a task has, by the ways in which a person writes it. */
async function typeIntoTasks(page: Page, canaries: Canaries): Promise<void> {
  await goTo(page, "Inbox");
  await page.keyboard.press("q");
  const quickAdd = page.getByRole("dialog", { name: "New task" });
  const title = canaries.for("the title in quick add");
  await quickAdd.getByRole("textbox", { name: "What is to be done?" }).pressSequentially(title);
  await quickAdd.getByRole("button", { name: "Add notes" }).click();
  await quickAdd.getByRole("textbox", { name: "Notes" }).fill(canaries.for("the notes in quick add"));
  await quickAdd.getByRole("button", { name: "Labels" }).click();
  await makeLabel(page, canaries.for("a label made in quick add"));
  // While what is typed is still in the fields, the page goes elsewhere: history keeps what it left.
  await page.evaluate(() => history.pushState(history.state, "", location.href));
  await quickAdd.getByRole("button", { name: "Add task" }).click();

  await task(page, title).click();
  const detail = page.getByRole("complementary", { name: "Detail" });
  await detail.getByRole("button", { name: "Edit the notes" }).click();
  await detail.getByRole("textbox", { name: "Notes" }).fill(canaries.for("the notes in the detail"));
  await detail.getByRole("textbox", { name: "Title" }).fill(canaries.for("the title in the detail"));
  await detail.getByRole("textbox", { name: "Title" }).press("Enter");
  const checklist = detail.getByRole("textbox", { name: "Add to the checklist" });
  await checklist.fill(canaries.for("an entry of the checklist"));
  await checklist.press("Enter");
  const entry = detail.getByRole("textbox", { name: "Entry" });
  await entry.fill(canaries.for("an entry of the checklist, written anew"));
  await entry.press("Enter");
  await detail.getByRole("button", { name: "Add labels" }).or(detail.getByRole("button", { name: /^Labels: / })).click();
  await makeLabel(page, canaries.for("a label made in the detail"));
  await detail.getByRole("button", { name: /^List or project: / }).click();
  await page.getByRole("searchbox", { name: "List or project" }).fill(canaries.for("what the picker of a project is asked for"));
  await leave(page, "List or project");
  await detail.getByRole("button", { name: "+ Add a subtask" }).click();
  await page.getByRole("textbox", { name: "What is to be done?" }).fill(canaries.for("the title of a subtask"));
  await page.keyboard.press("Enter");
  await detail.getByRole("button", { name: "Close" }).click();
  const trashed = canaries.for("the title of a task in the trash");
  await addTask(page, trashed);
  await task(page, trashed).click();
  await detail.getByRole("button", { name: "More for this task" }).click();
  await page.getByRole("menuitem", { name: "Move to the trash" }).click();
  await expect(task(page, trashed)).toHaveCount(0);
}

async function makeLabel(page: Page, title: string): Promise<void> {
  await page.getByRole("searchbox", { name: "Labels" }).fill(title);
  await page.getByRole("option", { name: /^Make label/ }).click();
  await expect(page.getByRole("option", { name: title, selected: true })).toBeVisible();
  await leave(page, "Labels");
}

/** Escape first empties a search field, then closes the window that it is in. */
async function leave(page: Page, name: string): Promise<void> {
  const opened = page.getByRole("dialog", { name, exact: true });
  await expect(async () => {
    if ((await opened.count()) > 0) await page.keyboard.press("Escape");
    await expect(opened).toHaveCount(0, { timeout: 500 });
  }).toPass({ timeout: 10_000 });
}

async function typeIntoProjects(page: Page, canaries: Canaries): Promise<void> {
  await page.getByRole("button", { name: "New project" }).click();
  const dialog = page.getByRole("dialog", { name: "New project" });
  const title = canaries.for("the name of a new project");
  await dialog.getByRole("textbox", { name: "Name" }).fill(title);
  await dialog.getByRole("textbox", { name: "Area of life" }).fill(canaries.for("the area of a new project"));
  await dialog.getByRole("button", { name: "Make project" }).click();
  const main = page.getByRole("main");
  await main.getByRole("textbox", { name: "Name", exact: true }).fill(canaries.for("the name of a project"));
  await main.getByRole("textbox", { name: "Goal" }).fill(canaries.for("the goal of a project"));
  await main.getByRole("textbox", { name: "Notes" }).fill(canaries.for("the notes of a project"));
  await main.getByRole("button", { name: "More for this project" }).click();
  await page.getByRole("menuitem", { name: "New section" }).click();
  const fresh = main.getByRole("textbox", { name: "Name of the new section" });
  await fresh.fill(canaries.for("the name of a new section"));
  await fresh.press("Enter");
  await fresh.press("Escape");
  const section = main.getByRole("textbox", { name: "Name of the section" });
  await section.fill(canaries.for("the name of a section"));
  await section.press("Enter");

  await main.getByRole("button", { name: "New task in this project" }).click();
  const step = canaries.for("the title of a task of a project");
  await page.getByRole("textbox", { name: "What is to be done?" }).fill(step);
  await page.keyboard.press("Enter");
  await task(page, step).click();
  const detail = page.getByRole("complementary", { name: "Detail" });
  await detail.getByRole("button", { name: /^Section: / }).click();
  await page.getByRole("searchbox", { name: "Section" }).fill(canaries.for("a section made in the detail"));
  await page.getByRole("option", { name: /^Make section/ }).click();
  await detail.getByRole("button", { name: "Close" }).click();
}

async function typeIntoLabels(page: Page, canaries: Canaries): Promise<void> {
  await page.getByRole("navigation", { name: "Places" }).getByRole("link", { name: "Labels", exact: true }).click();
  await page.getByRole("button", { name: "New label" }).click();
  const title = canaries.for("the name of a new label");
  await page.getByRole("dialog", { name: "New label" }).getByRole("textbox", { name: "Name" }).fill(title);
  await page.getByRole("button", { name: "Make label" }).click();
  await page.getByRole("main").getByRole("link", { name: title }).click();
  const name = page.getByRole("main").getByRole("textbox", { name: "Name" });
  await name.fill(canaries.for("the name of a label"));
  await name.press("Enter");
}

/** Search, palette, settings, and the link of a new device. */
async function typeIntoTheRest(page: Page, canaries: Canaries): Promise<void> {
  await page.keyboard.press("Escape");
  await page.keyboard.press("/");
  const search = page.getByRole("searchbox", { name: "Search" });
  await search.pressSequentially(canaries.for("what is searched for"));
  await expect(page.getByText("Nothing found")).toBeVisible();
  await page.keyboard.press("Control+k");
  await page.getByRole("searchbox", { name: "Find or do anything" }).pressSequentially(canaries.for("what the palette is asked for"));
  await leave(page, "Find or do anything");
  await page.keyboard.press("F1");
  await page.getByRole("searchbox", { name: "Find in the help" }).pressSequentially(canaries.for("what the help is asked for"));
  await expect(page.getByText("Nothing in the manuals has these words")).toBeVisible();
  await page.getByRole("button", { name: "Settings" }).click();
  const name = page.getByRole("textbox", { name: "Name", exact: true });
  const renamed = canaries.for("the name in the settings");
  await name.fill(renamed);
  await name.blur();
  await page.getByRole("button", { name: `More for ${renamed}` }).click();
  await page.getByRole("menuitem", { name: "Add a device" }).click();
  await page.getByRole("textbox", { name: "Link from the new device" }).fill(canaries.for("a wrong link of a new device"));
  await page.getByRole("button", { name: "Go on" }).click();
  const isItYou = page.getByRole("dialog", { name: "Is it you?" });
  await isItYou.getByRole("button", { name: "No passkey at hand? Use a recovery kit" }).click();
  await isItYou.getByRole("textbox", { name: "Code of the kit" }).fill(canaries.for("a wrong kit where the person is asked for"));
  await isItYou.getByRole("button", { name: "Use the kit" }).click();
  await expect(isItYou.getByRole("alert")).toBeVisible();
  await isItYou.getByRole("button", { name: "Use the passkey instead" }).click();
  await isItYou.getByRole("button", { name: "Use the passkey" }).click();
  await expect(isItYou).toHaveCount(0);
  await expect(page.getByRole("alert")).toBeVisible();
}

/** A backup full of canaries, in a file that bears one in its name. Returns a title that came in. */
async function bringIn(page: Page, canaries: Canaries): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "lifeos-import-"));
  const file = path.join(folder, `${canaries.for("the name of an imported file")}.json`);
  const texts = new Map<string, string>();
  const text = (field: string) => {
    const made = canaries.for(field);
    texts.set(field, made);
    return made;
  };
  await writeFile(file, backupOf(text, { projects: 4, tags: 6, notes: 6, tasks: 72 }));
  await page.getByRole("button", { name: "Settings" }).click();
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Import a file" }).click();
  await (await chooser).setFiles(file);
  await page.getByRole("dialog", { name: "What would come in" }).getByRole("button", { name: "Bring it in" }).click();
  await page.getByRole("dialog", { name: "It is in" }).getByRole("button", { name: "Done" }).click({ timeout: 30_000 });
  await goTo(page, "Inbox");
  await rm(folder, { recursive: true });
  return texts.get("the title of imported task 1") ?? "";
}

/** A shared space, a task in it for which somebody is looked for, and an invitation. */
async function typeIntoPeople(page: Page, canaries: Canaries): Promise<Handed> {
  await openPeople(page);
  await page.getByRole("button", { name: "New space" }).click();
  const name = canaries.for("the name of a space");
  await page.getByRole("textbox", { name: "Name of the space" }).fill(name);
  await page.getByRole("button", { name: "Make it" }).click();
  await goToSpace(page, name);
  await page.keyboard.press("q");
  const quickAdd = page.getByRole("dialog", { name: "New task" });
  await quickAdd.getByRole("textbox", { name: "What is to be done?" }).fill(canaries.for("the title of a shared task"));
  await quickAdd.getByRole("button", { name: "Assigned to" }).click();
  await page.getByRole("searchbox", { name: "Assigned to" }).fill(canaries.for("who is looked for"));
  await leave(page, "Assigned to");
  await quickAdd.getByRole("button", { name: "Add task" }).click();
  await openPeople(page);
  await page.getByRole("button", { name: "Invite somebody" }).click();
  await page.getByRole("button", { name: "Make the invitation" }).click();
  return handOver(page);
}

/** A link that is none, and a code that is none. */
async function acceptWrongly(page: Page, handed: Handed, canaries: Canaries): Promise<void> {
  await page.getByRole("button", { name: /^I was invited/ }).click();
  await page.getByRole("textbox", { name: "Link of the invitation" }).fill(canaries.for("a wrong link of an invitation"));
  await page.getByRole("button", { name: "Go on" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await page.getByRole("button", { name: "Back" }).click();
  await openLink(page, handed, { pastes: true });
  await typeCode(page, canaries.for("a wrong code of an invitation"), canaries.for("the name of who did not come in"));
  await expect(page.getByRole("alert")).toBeVisible();
  await page.reload();
}

/** What opens an invitation: neither half travels, nor does it lie anywhere unsealed. */
function secretsOfInvitation({ link, code }: Handed): Wanted[] {
  const [, hex = ""] = /#join\/([0-9a-f]+)\//.exec(link) ?? [];
  const whole = (name: string, text: string): Wanted => ({ name, forms: formsOfBytes(Buffer.from(text)) });
  return [...secret("the secret of the invitation", Buffer.from(hex, "hex")), whole("the link's secret", hex), whole("the invitation's code", code), whole("the invitation's code in one", code.replace("-", ""))];
}

/** A kit that is none, and an account that is none. */
async function joinWrongly(page: Page, canaries: Canaries): Promise<void> {
  await page.getByRole("textbox", { name: "Name of this device" }).fill(canaries.for("the name of a device that did not come in"));
  await page.getByRole("button", { name: /^Use a recovery kit/ }).click();
  await page.getByRole("textbox", { name: "Code" }).fill(canaries.for("a wrong kit of a new device"));
  await page.getByRole("textbox", { name: "Account" }).fill(canaries.for("a wrong account of a new device"));
  await page.getByRole("button", { name: "Go on" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await page.getByRole("textbox", { name: "Account" }).clear();
  await page.getByRole("button", { name: "Back" }).click();
}

async function tryAsKit(page: Page, wrong: string): Promise<void> {
  await page.getByRole("button", { name: "Use a recovery kit" }).click();
  await page.getByRole("textbox", { name: "Code of the kit" }).fill(wrong);
  await page.getByRole("button", { name: "Unlock with the kit" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
}

/** Notes what the passkey's PRF answers to the page. */
async function overhearPrf(page: Page): Promise<Buffer[]> {
  const outputs: Buffer[] = [];
  await page.exposeFunction("overheardPrf", (base64: string) => void outputs.push(Buffer.from(base64, "base64")));
  await page.addInitScript(() => {
    const credentials = navigator.credentials;
    for (const method of ["create", "get"] as const) {
      const real = credentials[method].bind(credentials);
      credentials[method] = async (options?: CredentialCreationOptions & CredentialRequestOptions) => {
        const credential = await real(options);
        const first = credential instanceof PublicKeyCredential ? credential.getClientExtensionResults().prf?.results?.first : undefined;
        if (first instanceof ArrayBuffer) await (window as unknown as { overheardPrf: (base64: string) => Promise<void> }).overheardPrf(btoa(String.fromCharCode(...new Uint8Array(first))));
        return credential;
      };
    }
  });
  await page.reload();
  return outputs;
}
