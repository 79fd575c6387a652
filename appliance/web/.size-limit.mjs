import { readdirSync, readFileSync } from "node:fs";

// The first load: what index.html names, the larger of the catalogues, and the worker.
const page = readFileSync("dist/index.html", "utf8");
const named = [...page.matchAll(/\/(assets\/[^"]+\.js)"/g)].map(([, path]) => `dist/${path}`);
const assets = readdirSync("dist/assets");
const worker = assets.filter((name) => /^index-.*\.js$/.test(name) && !page.includes(name)).map((name) => `dist/assets/${name}`);
const catalogue = assets.filter((name) => /^de-.*\.js$/.test(name)).map((name) => `dist/assets/${name}`);

export default [
  { name: "JavaScript of the first load", path: [...named, ...worker, ...catalogue], limit: "200 kB", brotli: true },
  { name: "Styles", path: "dist/assets/*.css", limit: "14 kB", brotli: true },
  { name: "WebAssembly of the core", path: "dist/assets/lifeos_bg-*.wasm", limit: "900 kB", brotli: true },
  // Fetched when the first file is read or the first export is packed: the formats of other products.
  { name: "WebAssembly that reads files and packs exports", path: "dist/assets/exchange_bg-*.wasm", limit: "320 kB", brotli: true },
  { name: "The worker that reads files", path: "dist/assets/reader-*.js", limit: "8 kB", brotli: true },
];
