import { defineConfig } from "@playwright/test";
import specs from "./playwright.config.ts";

/** The core journey in browsers that Playwright does not drive. One after the other: each has a machine to itself. */
export default defineConfig(specs, {
  testDir: "other",
  outputDir: "../../target/e2e-other",
  workers: 1,
  retries: 0,
  timeout: 300_000,
});
