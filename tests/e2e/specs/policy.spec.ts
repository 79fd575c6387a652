import type { Page } from "@playwright/test";
import { addTask, claim, goTo, syncLine, task } from "../house/steps.ts";
import { expect, test } from "../house/test.ts";

type Attempt = { what: string; outcome: string };

test("the page runs no inline code, no evaluated code and no markup, and fetches nothing from elsewhere", async ({ box, open }) => {
  const browser = await open();
  const { page } = browser;
  await claim(page, box);
  await goTo(page, "Inbox");
  expect(await inject(page)).toEqual([
    { what: "an inline script", outcome: "refused" },
    { what: "an inline handler", outcome: "refused" },
    { what: "a script of the origin by its address", outcome: "refused" },
    { what: "markup", outcome: "refused" },
    { what: "eval", outcome: "refused" },
    { what: "new Function", outcome: "refused" },
    { what: "a text as a timer", outcome: "refused" },
    { what: "a worker from a blob", outcome: "refused" },
    { what: "a javascript: address", outcome: "refused: script-src-elem" },
    { what: "an inline style sheet", outcome: "refused: style-src-elem" },
    { what: "an image from elsewhere", outcome: "refused: img-src" },
    { what: "a style sheet from elsewhere", outcome: "refused: style-src-elem" },
    { what: "a font from elsewhere", outcome: "refused: font-src" },
    { what: "a frame from elsewhere", outcome: "refused: frame-src" },
    { what: "an object from elsewhere", outcome: "refused" },
    { what: "a fetch from elsewhere", outcome: "refused: connect-src" },
    { what: "a WebSocket to elsewhere", outcome: "refused: connect-src" },
    { what: "a beacon to elsewhere", outcome: "refused: connect-src" },
    { what: "a form sent elsewhere", outcome: "refused: form-action" },
    { what: "another base", outcome: "refused: base-uri" },
  ] satisfies Attempt[]);
  // WebAssembly is the one thing that may be compiled: the core goes on working.
  await addTask(page, "Descale the kettle");
  await expect(task(page, "Descale the kettle")).toBeVisible();
  await expect(syncLine(page)).toHaveText("In step");
});

test("what a note names is not fetched", async ({ box, open }) => {
  const { page } = await open();
  await claim(page, box);
  await goTo(page, "Inbox");
  await addTask(page, "Choose the tiles");
  await task(page, "Choose the tiles").click();
  const detail = page.getByRole("complementary", { name: "Detail" });
  await detail.getByRole("textbox", { name: "Notes" }).fill('![tiles](https://pictures.example/tiles.png)\n\n<img src="https://pictures.example/more.png"> <script>window.ran = true</script>\n\n[shop](https://shop.example/)');
  await detail.getByRole("textbox", { name: "Title" }).focus();
  await expect(detail.getByRole("link", { name: "shop" })).toBeVisible();
  await expect(detail.locator('img[src^="http"], script, iframe')).toHaveCount(0);
  expect(await page.evaluate(() => "ran" in window)).toBe(false);
  // That nothing left the origin is looked at after every test.
});

test.describe("the controls", () => {
  test("a page without the policy does what is tried, and a request that leaves is caught", async ({ box }) => {
    const { Browser } = await import("../house/browser.ts");
    const browser = await Browser.open(box.origin, { bypassCSP: true });
    try {
      const outcomes = await inject(browser.page);
      const refused = outcomes.filter(({ outcome }) => outcome !== "done").map(({ what }) => what);
      expect(refused).toEqual([]);
      for (const kind of ["image", "style", "font", "frame", "object", "fetch", "socket", "beacon", "form"]) {
        await expect.poll(() => browser.strayed.some((line) => line.includes(`${kind}.elsewhere.example`)), kind).toBe(true);
      }
    } finally {
      await browser.close();
    }
  });
});

/** Tries each way of running or loading what is not the page's own. Runs outside of the tools' own evaluation, which the policy does not bind. */
async function inject(page: Page): Promise<Attempt[]> {
  return page.evaluate(
    () =>
      new Promise<Attempt[]>((resolve) => {
        setTimeout(async () => {
          const ran = new Set<string>();
          (window as unknown as { ran: (what: string) => void }).ran = (what) => void ran.add(what);
          const violations: { directive: string; address: string }[] = [];
          document.addEventListener("securitypolicyviolation", (event) => violations.push({ directive: event.effectiveDirective, address: event.blockedURI }));
          const told = () => violations.filter(({ directive }) => directive !== "require-trusted-types-for");
          const attempts: Attempt[] = [];
          const unrefused = () => violations.length === 0;
          const attempt = async (what: string, act: () => unknown, worked: () => boolean = () => ran.has(what)) => {
            violations.length = 0;
            let threw = false;
            try {
              await act();
            } catch {
              threw = true;
            }
            // What shows only by a violation that does not come is waited for longer.
            for (let look = 0; look < 40 && !threw && told().length === 0 && (look < (worked === unrefused ? 20 : 4) || !worked()); look += 1) await new Promise((done) => setTimeout(done, 50));
            const [violation] = told();
            attempts.push({ what, outcome: threw ? "refused" : worked() ? "done" : violation ? `refused: ${violation.directive}` : "refused" });
          };
          const put = <Name extends keyof HTMLElementTagNameMap>(name: Name, fill: (element: HTMLElementTagNameMap[Name]) => void) => {
            const element = document.createElement(name);
            fill(element);
            document.body.append(element);
            return element;
          };
          const elsewhere = (kind: string) => `http://${kind}.elsewhere.example/`;
          const code = (what: string) => `window.ran(${JSON.stringify(what)})`;

          await attempt("an inline script", () => put("script", (script) => script.append(code("an inline script"))));
          await attempt("an inline handler", () => put("button", (button) => button.setAttribute("onclick", code("an inline handler"))).click());
          await attempt("a script of the origin by its address", () => put("script", (script) => { script.onload = () => ran.add("a script of the origin by its address"); script.src = "/sw.js"; }));
          await attempt("markup", () => { put("div", (div) => { div.innerHTML = "<b>markup</b>"; }); ran.add("markup"); });
          await attempt("eval", () => (0, eval)(code("eval")));
          await attempt("new Function", () => new Function(code("new Function"))());
          await attempt("a text as a timer", () => (setTimeout as (code: string) => void)(code("a text as a timer")));
          await attempt("a worker from a blob", () => { new Worker(URL.createObjectURL(new Blob(["0"]))); ran.add("a worker from a blob"); });
          await attempt("a javascript: address", () => put("a", (link) => { link.href = `javascript:${code("a javascript: address")}`; }).click());
          await attempt("an inline style sheet", () => put("style", (style) => style.append("#planted { color: rgb(1, 2, 3) }")), () => getComputedStyle(put("i", (i) => { i.id = "planted"; })).color === "rgb(1, 2, 3)");
          await attempt("an image from elsewhere", () => put("img", (image) => { image.src = elsewhere("image"); }), unrefused);
          await attempt("a style sheet from elsewhere", () => put("link", (link) => { link.rel = "stylesheet"; link.href = elsewhere("style"); }), unrefused);
          await attempt("a font from elsewhere", () => new FontFace("planted", `url(${elsewhere("font")})`).load().catch(() => {}), unrefused);
          await attempt("a frame from elsewhere", () => put("iframe", (frame) => { frame.src = elsewhere("frame"); }), unrefused);
          await attempt("an object from elsewhere", () => put("object", (object) => { object.data = elsewhere("object"); }), unrefused);
          await attempt("a fetch from elsewhere", () => fetch(elsewhere("fetch"), { mode: "no-cors" }).catch(() => {}), unrefused);
          await attempt("a WebSocket to elsewhere", () => void new WebSocket("ws://socket.elsewhere.example/"), unrefused);
          await attempt("a beacon to elsewhere", () => navigator.sendBeacon(elsewhere("beacon"), "x"), unrefused);
          await attempt("a form sent elsewhere", () => put("form", (form) => { form.action = elsewhere("form"); form.target = "elsewhere"; }).submit(), unrefused);
          await attempt("another base", () => put("base", (base) => { base.href = elsewhere("base"); }), () => document.baseURI !== location.href);
          resolve(attempts);
        });
      }),
  );
}
