// The lines of each crate that tests reach, from what `cargo llvm-cov report --json` wrote; files of
// tests do not count. Fails where a crate stays below nine in ten.
import { readFileSync } from "node:fs";

const least = 90;
// What only WebAssembly runs is driven by the browsers' specs, where nothing counts lines.
const uncounted = ["crates/wasm", "crates/wasm-exchange"];

const { data } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const crates = new Map();
for (const { filename, summary } of data[0].files) {
  const crate = filename.match(/(crates\/domains\/[^/]+|crates\/[^/]+|appliance)\/src\//)?.[1];
  if (!crate) continue;
  const of = crates.get(crate) ?? { reached: 0, all: 0, files: [] };
  of.reached += summary.lines.covered;
  of.all += summary.lines.count;
  of.files.push({ filename, missed: summary.lines.count - summary.lines.covered });
  crates.set(crate, of);
}
let isEnough = true;
for (const [crate, { reached, all, files }] of [...crates].sort()) {
  const share = (100 * reached) / all;
  const counts = !uncounted.includes(crate);
  if (counts && share < least) isEnough = false;
  console.log(`${share.toFixed(1).padStart(5)} %  ${crate}${counts ? "" : " (the browsers run it)"}${counts && share < least ? `  BELOW ${least} %` : ""}`);
  if (!counts || share >= least) continue;
  for (const { filename, missed } of files.sort((a, b) => b.missed - a.missed).slice(0, 8)) console.log(`         ${missed} lines in ${filename.split(crate)[1]}`);
}
process.exitCode = isEnough ? 0 : 1;
