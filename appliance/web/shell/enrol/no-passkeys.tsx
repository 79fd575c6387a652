import { canUsePasskeys } from "@lifeos/core";
import { Banner } from "@lifeos/design";
import { Trans, useLingui } from "@lingui/react/macro";

/** Said before anything is typed in a browser that could not go to the end of this way. */
export function NoPasskeys() {
  const { t } = useLingui();
  if (canUsePasskeys()) return null;
  return (
    <Banner tone="attention" title={t`This browser has no passkeys`}>
      <Trans>An account begins with one. Begin in Chromium, Firefox or Safari; afterwards this browser comes in with the recovery kit, or from another device.</Trans>
    </Banner>
  );
}
