import { defineConfig } from "@playwright/test";

/** The whole page in its states, photographed to be looked at. On demand: it takes minutes, and only eyes can judge it. */
export default defineConfig({
  testDir: "pictures",
  outputDir: "../../target/e2e",
  workers: 1,
  retries: 0,
  forbidOnly: true,
  timeout: 420_000,
  expect: { timeout: 20_000 },
  reporter: [["list"]],
});
