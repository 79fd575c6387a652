import { readFileSync } from "node:fs";
import path from "node:path";
import { lingui } from "@lingui/vite-plugin";
import optimizeLocales from "@react-aria/optimize-locales-plugin";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { VitePWA } from "vite-plugin-pwa";
import { defineConfig } from "vitest/config";
import { nameOfReleases, parseChangelog } from "./shell/help/changelog";

const root = import.meta.dirname;
const domains = path.resolve(root, "../../crates/domains");
const documents = path.resolve(root, "../../docs/guides");
const changelog = path.resolve(root, "../../CHANGELOG.md");

/**
 * Screens of a domain live beside its Rust crate, outside this npm project. Their few bare imports
 * (React, the message macros, the test libraries) are resolved as if they were written here.
 */
function domainScreens(): Plugin {
  return {
    name: "lifeos-domain-screens",
    enforce: "pre",
    async resolveId(source, importer, options) {
      if (!importer?.startsWith(domains) || /^[./\0]/.test(source)) return null;
      return this.resolve(source, path.join(root, "shell/main.tsx"), { ...options, skipSelf: true });
    },
  };
}

/**
 * What changed for people, out of CHANGELOG.md, as `virtual:changes`. What it is called is known to
 * the first page (`__BUILD__`), so that the rest is fetched only by who reads it.
 */
function changes(): Plugin {
  const releases = () => parseChangelog(readFileSync(changelog, "utf8"));
  const { version } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as { version: string };
  return {
    name: "lifeos-changes",
    config: () => ({ define: { __BUILD__: JSON.stringify({ version, changes: nameOfReleases(releases()) }) } }),
    resolveId: (source) => (source === "virtual:changes" ? "\0virtual:changes" : null),
    load(id) {
      if (id !== "\0virtual:changes") return null;
      this.addWatchFile(changelog);
      return `export const releases = ${JSON.stringify(releases())};`;
    },
  };
}

export default defineConfig(({ mode }) => ({
  root,
  plugins: [
    domainScreens(),
    changes(),
    // React Aria brings its own words in 34 languages; ours are two.
    { ...optimizeLocales.vite({ locales: ["en-US", "de-DE"] }), enforce: "pre" },
    react({ babel: { plugins: ["@lingui/babel-plugin-lingui-macro"] } }),
    lingui(),
    tailwindcss(),
    VitePWA({
      strategies: "injectManifest",
      srcDir: "shell",
      injectRegister: null,
      manifest: false,
      filename: "sw.ts",
      injectManifest: {
        globPatterns: ["**/*.{html,js,css,wasm,woff2,svg,png,webmanifest}"],
        maximumFileSizeToCacheInBytes: 16 * 1024 * 1024,
      },
    }),
  ],
  resolve: {
    dedupe: ["react", "react-dom", "@internationalized/date"],
    alias: {
      "@lifeos/core": path.join(root, "core/index.ts"),
      "@lifeos/design": path.join(root, "design/index.ts"),
      "@lifeos/tasks": path.join(domains, "tasks/ui/index.ts"),
    },
  },
  build: {
    target: "es2023",
    outDir: "dist",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: mode === "look" ? { input: { dev: path.join(root, "dev/index.html") } } : {},
  },
  worker: { format: "es" },
  server: {
    port: 5173,
    strictPort: true,
    fs: { allow: [root, domains, documents] },
    proxy: { "/api": { target: "http://localhost:8420", ws: true } },
  },
  test: {
    environment: "jsdom",
    // A window is fetched when it is first opened; on a busy machine that alone takes seconds.
    testTimeout: 30_000,
    // Its own measure leaves a core unused, which on two of them is half of the machine.
    maxWorkers: "100%",
    setupFiles: [path.join(root, "shell/test-setup.ts")],
    include: ["{core,design,shell}/**/*.test.{ts,tsx}", "../../crates/domains/*/ui/**/*.test.{ts,tsx}"],
  },
}));
