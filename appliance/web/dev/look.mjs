// Serves the look build under the product's own headers, photographs the faces given, and reports
// what the policy refused, what the console said and what axe found.
//   node dev/look.mjs DIR [--out OUT] [--widths 360,768,1440] [--themes light,dark] FACE:PATH …
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import path from "node:path";
import axe from "axe-core";
import { chromium } from "playwright-core";

const args = process.argv.slice(2);
const option = (name, fallback) => {
  const at = args.indexOf(`--${name}`);
  return at < 0 ? fallback : args.splice(at, 2)[1];
};
const out = option("out", "../../target/shots");
const widths = option("widths", "360,768,1440").split(",").map(Number);
const themes = option("themes", "light,dark").split(",");
const lang = option("lang", "en");
const [dir, ...faces] = args;

const csp = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' blob:; font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types lifeos";
const types = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".woff2": "font/woff2", ".svg": "image/svg+xml", ".png": "image/png", ".webmanifest": "application/manifest+json" };
const server = createServer(async (request, response) => {
  const { pathname } = new URL(request.url ?? "/", "http://x");
  const send = (body, type) => response.writeHead(200, { "content-type": type, "content-security-policy": csp, "cross-origin-opener-policy": "same-origin", "cross-origin-embedder-policy": "require-corp" }).end(body);
  try {
    send(await readFile(path.join(dir, path.normalize(pathname))), types[path.extname(pathname)] ?? "application/octet-stream");
  } catch {
    send(await readFile(path.join(dir, "dev/index.html")), "text/html");
  }
});
await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
const origin = `http://localhost:${server.address().port}`;

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"] });
let findings = 0;
for (const entry of faces) {
  const [face, at = "/today", ...rest] = entry.split(":");
  const act = rest.join(":");
  for (const width of widths) {
    for (const theme of themes) {
      const context = await browser.newContext({ viewport: { width, height: width < 500 ? 760 : 900 }, hasTouch: width < 500, colorScheme: theme, serviceWorkers: "block", reducedMotion: "reduce", locale: lang === "de" ? "de-DE" : "en-GB", bypassCSP: false });
      const page = await context.newPage();
      const name = `${face}${at.replace(/\W+/g, "-")}${act ? `-${act.replace(/\W+/g, "")}` : ""}-${width}-${theme}`.slice(0, 120);
      page.on("console", (message) => {
        if (["error", "warning"].includes(message.type())) {
          findings += 1;
          console.log(`${name}: ${message.type()}: ${message.text().slice(0, 300)}`);
        }
      });
      page.on("pageerror", (error) => {
        findings += 1;
        console.log(`${name}: ${error.message.slice(0, 400)}`);
      });
      await page.goto(`${origin}${at}${at.includes("?") ? "&" : "?"}face=${face}&theme=${theme}&lang=${lang}`);
      await page.waitForFunction(() => document.querySelector("h1, main [role=alert], [role=status]") !== null).catch(() => {});
      await page.waitForTimeout(500);
      for (const step of act ? act.split("|") : []) {
        if (step.startsWith("click=")) await page.getByRole("button", { name: step.slice(6) }).first().click();
        else if (step === "import") await page.evaluate(() => window.dispatchEvent(new CustomEvent("lifeos:import", { detail: new File(["{}"], "sp-backup.json") })));
        else if (step.startsWith("fill=")) await page.getByRole("textbox", { name: step.slice(5).split("~")[0] }).fill(step.split("~")[1] ?? "");
        else if (step.startsWith("type=")) await page.keyboard.type(step.slice(5));
        else await page.keyboard.press(step);
        await page.waitForTimeout(700);
      }
      await page.screenshot({ path: `${out}/${name}.png` });
      await page.evaluate(`${axe.source};0`);
      const violations = await page.evaluate(async () => {
        const { violations: found } = await globalThis.axe.run({ resultTypes: ["violations"] });
        return found.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map((node) => `${node.html.slice(0, 160)} ${node.any[0]?.message ?? node.all[0]?.message ?? ""}`).join(" | ")}`);
      });
      for (const violation of violations) {
        findings += 1;
        console.log(`${name}: axe ${violation}`);
      }
      await context.close();
    }
  }
}
await browser.close();
server.close();
console.log(`${findings} findings`);
process.exitCode = findings === 0 ? 0 : 1;
