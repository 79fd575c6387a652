import { useNavigation } from "@lifeos/core";
import { useLingui } from "@lingui/react/macro";
import { Page } from "../security/page";
import { guides } from "./guide";
import { GuideView, type HelpPlace } from "./guide-view";

/** The manuals as a place of the app: `/help`, `/help/recovery`, `/help/help/undo`. */
export function HelpScreen() {
  const { t } = useLingui();
  const { path, go } = useNavigation();
  return (
    <Page title={t`Help`}>
      <GuideView place={placeOf(path)} onGo={({ page, section }) => go(`/help/${page}${section && `/${section}`}`)} />
    </Page>
  );
}

export function placeOf(path: string): HelpPlace {
  const [, , page, section = ""] = path.split("/");
  return { page: page === "new" ? page : (guides.find((name) => name === page) ?? "help"), section };
}
