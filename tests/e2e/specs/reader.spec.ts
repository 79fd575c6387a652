import path from "node:path";
import { readFileSync } from "node:fs";
import { claim, giveFile } from "../house/steps.ts";
import { expect, test } from "../house/test.ts";

const backup = path.resolve(import.meta.dirname, "../../samples/super-productivity/test-backup.json");
const script = "**/assets/reader-*.js";

test("the worker that reads files is served under a policy of its own, and connects nowhere whatever runs in it", async ({ box, open }) => {
  const { page } = await open({ serviceWorkers: "block" });
  await claim(page, box);
  // What somebody would run who had taken the reader over, before its own first line and after its last.
  const heard: string[] = [];
  page.on("console", (message) => message.text().startsWith("taken over ") && heard.push(message.text()));
  let policy: string | undefined;
  await page.route(script, async (route) => {
    const response = await route.fetch();
    policy = response.headers()["content-security-policy"];
    await route.fulfill({ response, body: `${before}\n${await response.text()}\n${after}` });
  });
  await page.getByRole("button", { name: "Settings" }).click();
  await giveFile(page, backup);
  await expect.poll(() => heard.length, { timeout: 30_000 }).toBe(2);
  const told = (when: string): unknown => JSON.parse(heard.find((line) => line.startsWith(`taken over ${when} `))?.slice(`taken over ${when} `.length) ?? "null");
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("connect-src 'none'");
  expect(told("before")).toEqual({
    "a request to the box": "connect-src",
    "a request elsewhere": "connect-src",
    "an old request": "connect-src",
    "a WebSocket to the box": "connect-src",
    "a stream of events": "connect-src",
    "code from a text": "refused",
  });
  // Its own last line has gone before: what leads out, or to what the origin keeps, is not there any more.
  expect(told("after")).toEqual({ left: [] });
});

test("the worker that reads files is given the file and the code to read it with, once, and ends with it", async ({ box, open }) => {
  const { page } = await open();
  await claim(page, box);
  await page.evaluate(() => {
    const given: string[][] = [];
    Object.assign(window, { given });
    const post = Worker.prototype.postMessage;
    Worker.prototype.postMessage = function (this: Worker, message: unknown, transfer?: unknown) {
      if (typeof message === "object" && message !== null && "module" in message) {
        given.push(Object.entries(message).map(([name, value]) => `${name}: ${(value as object).constructor.name}`).sort());
      }
      return post.call(this, message, transfer as StructuredSerializeOptions);
    } as typeof post;
  });
  await page.evaluate(async () => void (await navigator.serviceWorker.ready));
  const begun = page.waitForEvent("worker", (worker) => worker.url().includes("/assets/reader-"));
  await page.getByRole("button", { name: "Settings" }).click();
  await giveFile(page, backup);
  const ended = (await begun).waitForEvent("close");
  await expect(page.getByRole("dialog", { name: "What would come in" })).toBeVisible();
  await ended;
  expect(await page.evaluate(() => (window as unknown as { given: string[][] }).given)).toEqual([["file: File", "module: Module"]]);
  // Kept for when the box is away, the script brings its policy along.
  const kept = await page.evaluate(async () => {
    const policies: (string | null)[] = [];
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      const scripts = (await cache.keys()).filter((request) => request.url.includes("/assets/reader-"));
      for (const script of scripts) policies.push((await cache.match(script))?.headers.get("content-security-policy") ?? null);
    }
    return policies;
  });
  expect(kept).toHaveLength(1);
  expect(kept[0]).toContain("connect-src 'none'");
});

test("a reader that dies is told of, and the next file is read", async ({ box, open }) => {
  const { page } = await open({ serviceWorkers: "block" });
  await claim(page, box);
  await page.route(script, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `${await response.text()}\nself.onmessage = () => { throw new RangeError("out of memory"); };` });
  });
  await page.getByRole("button", { name: "Settings" }).click();
  await giveFile(page, backup);
  const failed = page.getByRole("dialog", { name: "Not imported" });
  await expect(failed).toContainText("Nothing was brought in.");
  await failed.getByRole("button", { name: "Close" }).click();
  await page.unroute(script);
  await giveFile(page, { name: "notes.zip", mimeType: "application/zip", buffer: Buffer.from("PK\u0003\u0004 and no more") });
  await expect(page.getByRole("dialog", { name: "Not imported" })).toContainText("damaged");
  await page.getByRole("dialog", { name: "Not imported" }).getByRole("button", { name: "Close" }).click();
  await giveFile(page, { name: "backup.json", mimeType: "application/json", buffer: readFileSync(backup) });
  await expect(page.getByRole("dialog", { name: "What would come in" })).toBeVisible();
});

const before = `
await (async () => {
  const refused = [];
  self.addEventListener("securitypolicyviolation", (event) => refused.push(event.effectiveDirective));
  const told = {};
  const attempt = async (what, act) => {
    refused.length = 0;
    try { await act(); } catch {}
    for (let look = 0; look < 40 && refused.length === 0; look += 1) await new Promise((done) => setTimeout(done, 25));
    told[what] = refused[0] ?? "done";
  };
  await attempt("a request to the box", () => fetch("/api/v1/box"));
  await attempt("a request elsewhere", () => fetch("http://fetch.elsewhere.example/", { mode: "no-cors" }));
  await attempt("an old request", () => { const old = new XMLHttpRequest(); old.open("GET", "/api/v1/box", false); old.send(); });
  await attempt("a WebSocket to the box", () => { new WebSocket("ws://" + location.host + "/api/v1/tail"); });
  await attempt("a stream of events", () => { new EventSource("/api/v1/box"); });
  try { told["code from a text"] = (0, eval)("'run'"); } catch { told["code from a text"] = "refused"; }
  console.log("taken over before " + JSON.stringify(told));
})();
`;

const after = `
{
  const names = ["fetch", "XMLHttpRequest", "WebSocket", "EventSource", "WebTransport", "BroadcastChannel", "indexedDB", "caches", "Worker", "importScripts"];
  const left = names.filter((name) => self[name] !== undefined);
  for (let at = self; at; at = Object.getPrototypeOf(at)) left.push(...names.filter((name) => Object.getOwnPropertyDescriptor(at, name)?.value !== undefined || Object.getOwnPropertyDescriptor(at, name)?.get));
  for (const name of ["storage", "locks"]) if (navigator[name] !== undefined) left.push(name);
  console.log("taken over after " + JSON.stringify({ left }));
}
`;
