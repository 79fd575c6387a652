import { defineConfig } from "@playwright/test";

/** Each spec starts a box and browsers of its own, so that files may run beside each other. */
export default defineConfig({
  testDir: "specs",
  outputDir: "../../target/e2e",
  // Beside each other, since each waits most of its time; none is held to the times of an idle
  // machine, which are the bench's.
  workers: 2,
  // Two browsers on two cores: what a busy moment broke is tried once more, and the closing lines
  // tell of it as flaky.
  retries: 1,
  forbidOnly: true,
  timeout: 90_000,
  expect: { timeout: 10_000 },
  reporter: [["list"]],
});
