import { Dialog, DialogBody, IconButton } from "@lifeos/design";
import { useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { GuideView, type HelpPlace } from "./guide-view";

/** The manuals over a page that has no places: locked, unclaimed, or out of order. */
export function HelpWindow({ at = "", onClose }: { at?: string; onClose: () => void }) {
  const { t } = useLingui();
  const [place, setPlace] = useState<HelpPlace>({ page: "recovery", section: at });
  return (
    <Dialog title={t`Help`} hideTitle width="wide" isOpen onClose={onClose}>
      <div className="flex items-center justify-between gap-3 pt-2 pr-2 pb-2 pl-5">
        <h1 className="text-lead font-semibold">{t`Help`}</h1>
        <IconButton icon="close" label={t`Close`} keys="Esc" onPress={onClose} />
      </div>
      <DialogBody><GuideView place={place} onGo={setPlace} /></DialogBody>
    </Dialog>
  );
}
