/**
 * Has Chromium measure: `node drive.mjs` reads `{measurement, …}` from standard input and writes
 * what was measured to standard output, both as JSON. Started by `lifeos-bench`; decides nothing.
 */
import { fresh } from "./fresh.mjs";
import { bringIn } from "./import.mjs";
import { log, start } from "./in-worker.mjs";
import { load, write } from "./on-page.mjs";
import { pi } from "./pi.mjs";

const measurements = { log, start, write, load, fresh, import: bringIn, pi };

let asked = "";
for await (const part of process.stdin) asked += part;
const { measurement, ...input } = JSON.parse(asked);
process.stdout.write(JSON.stringify(await measurements[measurement](input)));
