import "../design/base.css";
import { LifeClient, LifeProvider } from "@lifeos/core";
import { I18nProvider } from "@lingui/react";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { startWorker } from "../core/start";
import { App } from "./app";
import { firstLanguage, i18n, speak } from "./i18n";
import { takeInvitation } from "./people/invitation";
import { listenForInstall } from "./phone/install";
import { followKeyboard } from "./phone/keyboard";
import { fetchShared } from "./phone/shared";
import { keepVersion } from "./version";

takeInvitation();
listenForInstall();
followKeyboard();
fetchShared();

await speak(firstLanguage());
const client = new LifeClient(startWorker(), async (file, options) => (await import("../core/reader/client")).readFile(file, options));
keepVersion();

const root = document.getElementById("root");
if (!root) throw new Error("the page has no root");
createRoot(root).render(
  <StrictMode>
    <I18nProvider i18n={i18n}>
      <LifeProvider client={client}>
        <App />
      </LifeProvider>
    </I18nProvider>
  </StrictMode>,
);
