import { Banner, Button } from "@lifeos/design";
import { Trans, useLingui } from "@lingui/react/macro";
import { invitation } from "./invitation";

/** Somebody opened an invitation where an account is already: one browser holds one. */
export function AlreadyIn() {
  const { t } = useLingui();
  return (
    <div className="column px-3 pt-3 sm:pl-[calc(var(--margin)+0.75rem)]">
      <Banner tone="attention" title={t`This browser has an account already`} actions={<Button onPress={invitation.drop}>{t`I have seen it`}</Button>}>
        <Trans>An invitation was opened here, and a browser holds one account. Open the link on their device, or in a profile of the browser where LifeOS was never opened. The invitation is not used up.</Trans>
      </Banner>
    </div>
  );
}
