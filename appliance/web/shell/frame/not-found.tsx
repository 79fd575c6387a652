import { Link } from "@lifeos/design";
import { Trans, useLingui } from "@lingui/react/macro";
import { Page } from "../security/page";

export function NotFound() {
  const { t } = useLingui();
  return (
    <Page title={t`There is no such page`}>
      <p className="text-ink-2"><Trans>Nothing of yours is lost: only this address leads nowhere. <Link href="/today">To Today</Link></Trans></p>
    </Page>
  );
}
