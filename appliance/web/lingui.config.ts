import { defineConfig } from "@lingui/cli";
import { formatter } from "@lingui/format-po";

const left = ["**/*.test.*", "**/generated/**", "**/worker/**", "**/wasm/**", "**/*.d.ts"];
/** Screens that most people never open bring their words with them: see `withWords`. */
const apart = ["people", "box", "export"];

export default defineConfig({
  sourceLocale: "en",
  locales: ["en", "de"],
  catalogs: [
    // Before the one of the rest, whose pattern fits their files too.
    ...apart.map((part) => ({ path: `<rootDir>/locales/${part}-{locale}`, include: [`<rootDir>/shell/${part}`], exclude: left })),
    {
      path: "<rootDir>/locales/{locale}",
      include: ["<rootDir>/shell", "<rootDir>/design", "<rootDir>/core", "<rootDir>/../../crates/domains/tasks/ui"],
      exclude: [...left, ...apart.map((part) => `<rootDir>/shell/${part}/**`)],
    },
  ],
  format: formatter({ lineNumbers: false }),
});
