// A page to look at screens with invented views. It is no part of the product's build.
import "../design/base.css";
import { LifeClient, LifeProvider } from "@lifeos/core";
import { I18nProvider } from "@lingui/react";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "../shell/app";
import { i18n, type Language, speak } from "../shell/i18n";
import { preferences } from "../shell/preferences";
import { fixturePort } from "./port";

const wanted = new URLSearchParams(location.search);
const face = wanted.get("face") ?? sessionStorage.getItem("face") ?? "open";
sessionStorage.setItem("face", face);
const theme = wanted.get("theme");
if (theme) preferences.set("theme", theme);
await speak((wanted.get("lang") as Language | null) ?? "en");

const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <StrictMode>
      <I18nProvider i18n={i18n}>
        <LifeProvider client={new LifeClient(fixturePort(face), async () => ({ imported: new ArrayBuffer(0), content: "" }))}>
          <App />
        </LifeProvider>
      </I18nProvider>
    </StrictMode>,
  );
}
