import { Empty, Link } from "@lifeos/design";
import { useLingui } from "@lingui/react/macro";

export function NotFound() {
  const { t } = useLingui();
  return <div className="column pt-16"><Empty title={t`There is no such page`} actions={<Link href="/today">{t`To Today`}</Link>} /></div>;
}
