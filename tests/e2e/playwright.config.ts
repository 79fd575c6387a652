import { defineConfig } from "@playwright/test";

/** Each spec starts a box and browsers of its own, so that files may run beside each other. */
export default defineConfig({
  testDir: "specs",
  outputDir: "../../target/e2e",
  // One at a time: the times that specs hold the product to are those of an idle machine.
  workers: 1,
  retries: 0,
  forbidOnly: true,
  timeout: 90_000,
  expect: { timeout: 10_000 },
  reporter: [["list"]],
});
