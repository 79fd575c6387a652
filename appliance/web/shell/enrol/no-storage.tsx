import { takesSignIn } from "@lifeos/core";
import { Button } from "@lifeos/design";
import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { Gate } from "./gate";

/** The face where this browser has no place for a page's data: what that means, and the ways out. */
export function NoStorage() {
  const { t } = useLingui();
  const { host } = location;
  return (
    <Gate
      title={t`This browser keeps nothing here`}
      lead={<Trans>LifeOS lives on your device: it keeps your data in the browser, sealed, and works from there. This window has no place for it.</Trans>}
    >
      <dl className="flex flex-col">
        <Line name={t`What works`}><Trans>The box and all your other devices, as before. Nothing was lost.</Trans></Line>
        <Line name={t`What does not`}><Trans>Claiming the box, adding this browser, unlocking. What you wrote here would be gone with the window, so nothing is begun.</Trans></Line>
        <Line name={t`What to do`}>
          <ul className="flex list-disc flex-col gap-1 pl-4.5">
            {!window.isSecureContext && <li><Trans>Open the box by https, or by http://localhost on the box itself. Browsers keep nothing for an address that is not secure.</Trans></li>}
            {window.isSecureContext && !takesSignIn() && <li><Trans>Open the box by https, or in Chromium or Firefox. Safari and its kin keep no sign-in for an address with http, on the box itself neither.</Trans></li>}
            <li><Trans>Leave the private window and open {host} in a normal one.</Trans></li>
            <li><Trans>In the browser's settings, allow {host} to store data.</Trans></li>
            <li><Trans>Use a current Chromium, Firefox or Safari.</Trans></li>
          </ul>
        </Line>
      </dl>
      <div><Button tone="primary" onPress={() => location.reload()}>{t`Try again`}</Button></div>
    </Gate>
  );
}

function Line({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="grid gap-x-6 gap-y-1 border-t border-line py-3 sm:grid-cols-[8rem_1fr]">
      <dt className="font-semibold">{name}</dt>
      <dd className="text-ink-2">{children}</dd>
    </div>
  );
}
