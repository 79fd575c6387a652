import { afterEach, expect, it, vi } from "vitest";
import { remembered } from "./remembered";

afterEach(() => vi.restoreAllMocks());

it("remembers, and forgets what is set to nothing", () => {
  remembered.set("lifeos.test", "seen");
  expect(remembered.get("lifeos.test")).toBe("seen");
  remembered.set("lifeos.test", null);
  expect(remembered.get("lifeos.test")).toBeNull();
});

it("a browser that refuses to remember ends nothing", () => {
  vi.spyOn(globalThis, "localStorage", "get").mockImplementation(() => {
    throw new DOMException("The operation is insecure.", "SecurityError");
  });
  remembered.set("lifeos.test", "seen");
  expect(remembered.get("lifeos.test")).toBeNull();
});
