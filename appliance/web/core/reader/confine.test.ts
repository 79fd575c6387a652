import { expect, test } from "vitest";
import { confine } from "./confine";

class Above {
  fetch() {
    return "fetched";
  }
}

test("what leads out of a worker is gone, also from what it inherits, and does not come back", () => {
  const navigator = Object.create({ storage: "kept", language: "en" }) as Record<string, unknown>;
  const scope = Object.assign(new Above(), { BroadcastChannel: class {}, indexedDB: {}, navigator, postMessage: () => "told" });
  confine(scope);
  for (const name of ["fetch", "BroadcastChannel", "indexedDB", "caches", "Worker", "crypto"]) {
    expect(Reflect.get(scope, name), name).toBeUndefined();
    expect(Reflect.set(scope, name, "back"), name).toBe(false);
  }
  expect(Above.prototype.fetch).toBeUndefined();
  expect(navigator["storage"]).toBeUndefined();
  // What it needs stays.
  expect(navigator["language"]).toBe("en");
  expect(scope.postMessage()).toBe("told");
});
