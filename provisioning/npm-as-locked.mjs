// Refuses a node_modules that holds anything but what the lock file names: `node
// provisioning/npm-as-locked.mjs FOLDER`, after `npm install --no-save` there.
//
// This is what `npm ci` promises. It is not used, since it also refuses a lock file without the
// packages of other platforms, and npm writes such a lock where a registry does not carry them.
import { readFileSync } from "node:fs";
import path from "node:path";

const folder = process.argv[2];
const packagesIn = (file) => JSON.parse(readFileSync(path.join(folder, file), "utf8")).packages;
const locked = packagesIn("package-lock.json");
const installed = packagesIn("node_modules/.package-lock.json");

const strangers = Object.entries(installed).filter(([place, found]) => {
  const named = locked[place];
  return (
    named === undefined ||
    named.version !== found.version ||
    (named.integrity !== found.integrity && !named.link)
  );
});
for (const [place, found] of strangers) {
  console.error(`the lock file does not name ${place} ${found.version}`);
}
const needed = Object.entries(locked).filter(
  ([place, named]) => place !== "" && !named.optional && !named.peer && installed[place] === undefined,
);
for (const [place, named] of needed) {
  console.error(`the lock file names ${place} ${named.version}, which was not installed`);
}
process.exit(strangers.length + needed.length === 0 ? 0 : 1);
