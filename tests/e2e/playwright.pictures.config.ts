import { defineConfig } from "@playwright/test";
import specs from "./playwright.config.ts";

/** The whole page in its states, photographed to be looked at. On demand: it takes minutes, and only eyes can judge it. */
export default defineConfig(specs, {
  testDir: "pictures",
  timeout: 420_000,
  expect: { timeout: 20_000 },
});
