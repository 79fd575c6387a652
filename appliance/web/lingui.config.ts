import { defineConfig } from "@lingui/cli";
import { formatter } from "@lingui/format-po";

export default defineConfig({
  sourceLocale: "en",
  locales: ["en", "de"],
  catalogs: [
    {
      path: "<rootDir>/locales/{locale}",
      include: ["<rootDir>/shell", "<rootDir>/design", "<rootDir>/core", "<rootDir>/../../crates/domains/tasks/ui"],
      exclude: ["**/*.test.*", "**/generated/**", "**/worker/**", "**/wasm/**", "**/*.d.ts"],
    },
  ],
  format: formatter({ lineNumbers: false }),
});
