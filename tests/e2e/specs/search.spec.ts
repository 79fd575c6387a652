import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import type { Page } from "@playwright/test";
import { Canaries, findings, layersOfFolder, secret } from "../house/search/search.ts";
import { layersOf } from "../house/search/layers.ts";
import { unsnap } from "../house/search/level-db.ts";
import { claim } from "../house/steps.ts";
import { expect, test } from "../house/test.ts";
import { layersOfConversation } from "../house/wire/http.ts";

/** The controls of the canary test: a search that finds nothing is worth what it would have found. */

const junk = (length: number) => Buffer.from(Array.from({ length }, (_, at) => (at * 167 + 13) % 251));

test("the search finds a planted canary in every form, through every wrapping, and cut in two", () => {
  const canaries = new Canaries();
  const text = canaries.for("planted");
  const written: Record<string, Buffer> = {
    raw: Buffer.from(text),
    "UTF-16LE": Buffer.from(text, "utf16le"),
    "UTF-16BE": Buffer.from(text, "utf16le").swap16(),
    hex: Buffer.from(Buffer.from(text).toString("hex")),
    "hex in capitals": Buffer.from(Buffer.from(text).toString("hex").toUpperCase()),
    "hex of UTF-16": Buffer.from(Buffer.from(text, "utf16le").toString("hex")),
    "URL-encoded": Buffer.from(text.replace(/./g, (letter) => `%${letter.charCodeAt(0).toString(16)}`)),
    "base64 at 0": Buffer.from(Buffer.from(text).toString("base64")),
    "base64 at 1": Buffer.from(Buffer.from(`\u0001${text}\u0002`).toString("base64")),
    "base64 at 2": Buffer.from(Buffer.from(`\u0001\u0002${text}\u0003`).toString("base64")),
    base64url: Buffer.from(Buffer.from(`?>${text}`).toString("base64url")),
    "base64 of UTF-16": Buffer.from(Buffer.from(`?${text}`, "utf16le").toString("base64")),
    ...Object.fromEntries(Array.from({ length: 19 }, (_, at) => [`cut after ${at + 1}`, Buffer.concat([Buffer.from(text.slice(0, at + 1)), junk(9), Buffer.from(text.slice(at + 1))])])),
  };
  const around = (bytes: Buffer) => Buffer.concat([junk(300), bytes, junk(70)]);
  const zip = (bytes: Buffer) => {
    const head = Buffer.alloc(30 + 3);
    head.write("PK\x03\x04", "latin1");
    head.writeUInt16LE(3, 26);
    return Buffer.concat([head, deflateRawSync(bytes)]);
  };
  const wrapped: Record<string, (bytes: Buffer) => Buffer> = {
    nothing: around,
    gzip: (bytes) => around(gzipSync(around(bytes))),
    "a gzip stream that was cut off": (bytes) => gzipSync(Buffer.concat([bytes, junk(90_000).map((byte, at) => byte ^ (at * at))])).subarray(0, -9),
    zlib: (bytes) => around(deflateSync(around(bytes))),
    zip: (bytes) => around(zip(around(bytes))),
    brotli: (bytes) => brotliCompressSync(around(bytes)),
    "gzip in brotli": (bytes) => brotliCompressSync(around(gzipSync(bytes))),
  };
  const missed = Object.entries(written).flatMap(([form, bytes]) =>
    Object.entries(wrapped).flatMap(([wrapping, wrap]) => (findings(canaries.wanted, layersOf({ name: "a place", bytes: wrap(bytes) })).length > 0 ? [] : [`${form} in ${wrapping}`])),
  );
  expect(missed).toEqual([]);
  const others = new Canaries();
  others.for("never planted");
  expect(findings(others.wanted, layersOf({ name: "a place", bytes: around(Buffer.concat(Object.values(written))) }))).toEqual([]);
});

test("the search finds the bytes of a secret in every form, wherever they begin, and each half of them", () => {
  const bytes = randomBytes(32);
  const [first, second] = [bytes.subarray(0, 16), bytes.subarray(16)];
  const missed = [bytes, first, second].flatMap((part, number) => {
    const written: Record<string, Buffer> = { raw: part, hex: Buffer.from(part.toString("hex")), "hex in capitals": Buffer.from(part.toString("hex").toUpperCase()) };
    for (const before of [0, 1, 2]) {
      const whole = Buffer.concat([junk(before), part, junk(2)]);
      written[`base64 at ${before}`] = Buffer.from(whole.toString("base64"));
      written[`base64url at ${before}`] = Buffer.from(whole.toString("base64url"));
    }
    return Object.entries(written).flatMap(([form, text]) => {
      const names = findings(secret("planted", bytes), layersOf({ name: "a place", bytes: gzipSync(Buffer.concat([junk(70), text, junk(9)])) }));
      const half = number === 2 ? "planted, second half" : "planted, first half";
      return names.some((line) => line.startsWith(half)) ? [] : [`${form} of part ${number}`];
    });
  });
  expect(missed).toEqual([]);
  expect(findings(secret("never planted", randomBytes(32)), layersOf({ name: "a place", bytes }))).toEqual([]);
});

test("what Snappy closed is opened", () => {
  // A literal of four, a copy of eight from four back, and a literal of sixty-one with its length in a byte of its own.
  const long = "z".repeat(61);
  const packed = Buffer.concat([Buffer.from([73, 3 << 2]), Buffer.from("abcd"), Buffer.from([((8 - 4) << 2) | 1, 4, 60 << 2, 60]), Buffer.from(long)]);
  expect(unsnap(packed).toString()).toBe(`abcdabcdabcd${long}`);
});

test.describe("where the app never writes", () => {
  test.use({ boxOptions: { log: "info", isHeard: true } });

  test("a canary planted in each kind of place at rest and on the way is found there", async ({ box, open }) => {
    const canaries = new Canaries();
    const places: Record<string, RegExp> = {
      title: /profile\/.*(History|Sessions)/,
      address: /profile\/.*(History|Sessions)/,
      form: /profile\/.*Sessions/,
      localStorage: /profile\/.*Local Storage.*> (record|block)/,
      sessionStorage: /profile\/.*Session Storage/,
      indexedDb: /profile\/.*IndexedDB.*\.log > record/,
      "indexedDb, in a table": /profile\/.*IndexedDB.*\.ldb > block/,
      cache: /profile\/.*CacheStorage/,
      opfs: /profile\/.*File System/,
      file: /the box's folder/,
      log: /the box's log/,
      "query of a request": /to the box/,
      "body of a request, base64": /to the box: POST/,
      "body of a request, UTF-16": /to the box: POST/,
      "body of a request, gzip": /to the box: POST.*gzip/,
      "body of a request, deflate": /to the box: POST.*zlib/,
      "masked frame": /to the box: GET at \d+: frame/,
    };
    const planted = Object.fromEntries(Object.keys(places).map((place) => [place, canaries.for(place)]));
    const browser = await open();
    await claim(browser.page, box);
    await plant(browser.page, planted);
    await writeFile(path.join(box.data, "planted"), planted["file"] ?? "");
    await browser.shut();
    const conversations = await box.conversations();
    const layers = [...(await layersOfFolder(browser.profile, "profile")), ...(await layersOfFolder(box.data, "the box's folder")), { name: "the box's log", bytes: Buffer.from(box.said) }];
    for (const conversation of conversations) for (const layer of layersOfConversation(conversation, "connection")) layers.push(...layersOf(layer));
    const lines = findings(canaries.wanted, layers);
    const missed = Object.entries(places).filter(([place, where]) => !lines.some((line) => line.startsWith(`${place}, `) && where.test(line)));
    expect(missed, lines.join("\n")).toEqual([]);
    // What the box answers travels compressed; a sentence of the page is found in it.
    const sentence = new Canaries().wanted.concat({ name: "sentence", forms: [{ form: "raw", bytes: Buffer.from("It shows that you stand beside the box") }] });
    expect(findings(sentence, layers).some((line) => /from the box: HTTP/.test(line))).toBe(true);
    expect(findings(sentence, layers).some((line) => /from the box at/.test(line))).toBe(false);
  });
});

/** Puts one canary into each place that a page can write to, and onto the wire in each shape. */
async function plant(page: Page, planted: Record<string, string>): Promise<void> {
  await page.evaluate(async (texts) => {
    const text = (place: string) => texts[place] ?? "";
    localStorage.setItem("planted", text("localStorage"));
    sessionStorage.setItem("planted", text("sessionStorage"));
    await new Promise<void>((resolve, reject) => {
      const asked = indexedDB.open("planted", 1);
      asked.onupgradeneeded = () => asked.result.createObjectStore("rows");
      asked.onerror = () => reject(asked.error);
      asked.onsuccess = () => {
        const put = (key: string, row: object) =>
          new Promise<void>((done) => {
            const writing = asked.result.transaction("rows", "readwrite");
            writing.objectStore("rows").put(row, key);
            writing.oncomplete = () => done();
          });
        void (async () => {
          await put("first", { text: text("indexedDb, in a table") });
          // Enough that LevelDB closes its log and writes a table, with Snappy.
          for (let at = 0; at < 160; at += 1) await put(`pad ${at}`, { text: "x".repeat(30_000) });
          await put("last", { text: text("indexedDb") });
          resolve();
        })();
      };
    });
    await (await caches.open("planted")).put("/planted", new Response(text("cache")));
    const folder = await navigator.storage.getDirectory();
    const stream = await (await folder.getFileHandle("planted", { create: true })).createWritable();
    await stream.write(text("opfs"));
    await stream.close();

    const post = (body: BodyInit, headers: Record<string, string> = {}) => fetch("/api/v1/planted", { method: "POST", body, headers });
    const squeezed = (text: string, how: CompressionFormat) => new Response(new Blob([text]).stream().pipeThrough(new CompressionStream(how))).arrayBuffer();
    await fetch(`/api/v1/planted?${text("query of a request")}`);
    await post(btoa(`?${text("body of a request, base64")}`));
    await post(Uint8Array.from([...text("body of a request, UTF-16")].flatMap((letter) => [letter.charCodeAt(0), 0])));
    await post(await squeezed(text("body of a request, gzip"), "gzip"));
    await post(await squeezed(text("body of a request, deflate"), "deflate"));
    const hex = [...text("log").slice(0, 16)].map((letter) => letter.charCodeAt(0).toString(16)).join("");
    await fetch("/api/v1/planted", { headers: { traceparent: `00-${hex}-00f067aa0ba902b7-01` } });
    await new Promise<void>((resolve) => {
      const socket = new WebSocket(`${location.origin.replace("http", "ws")}/api/v1/tail`);
      socket.onopen = () => socket.send(text("masked frame"));
      socket.onclose = () => resolve();
      socket.onmessage = () => socket.close();
    });

    document.title = text("title");
    const form = document.createElement("textarea");
    document.body.append(form);
    form.value = text("form");
    history.pushState({}, "", `/today?${text("address")}`);
  }, planted);
  await page.goto("about:blank");
}
