import { type Reply, useWords } from "@lifeos/core";
import { Button, Dialog, DialogActions, DialogBody } from "@lifeos/design";
import { Trans, useLingui } from "@lingui/react/macro";
import { CopyLink, Words } from "../enrol/join";
import { Qr } from "../enrol/qr";

export type HandedOver = Extract<Reply, { type: "inviteMade" }>;

/** An invitation as it is handed over: the link by one way, the code by another. */
export function HandOver({ handed, onClose }: { handed: HandedOver; onClose: () => void }) {
  const { t } = useLingui();
  const moment = useWords().moment;
  return (
    <Dialog title={t`Hand the invitation over`} isOpen onClose={onClose}>
      <DialogBody>
        <section aria-label={t`Send the link by one way`} className="flex flex-col gap-2">
          <h3 className="font-semibold">{t`Send the link by one way`}</h3>
          <div className="flex flex-wrap items-start gap-5">
            <Qr code={handed.qr} label={t`QR code of the link`} className="w-40 rounded-sm" />
            <div className="flex min-w-0 flex-1 basis-56 flex-col gap-2">
              <p className="rounded-sm border border-line bg-sunken p-2 font-mono text-small break-all select-all">{handed.link}</p>
              <CopyLink link={handed.link} />
            </div>
          </div>
        </section>
        <section aria-label={t`Tell the code by another`} className="flex flex-col gap-1">
          <h3 className="font-semibold">{t`Tell the code by another`}</h3>
          <p aria-label={t`Code ${handed.code}`} role="img" className="font-mono text-title font-semibold tracking-[0.12em]">{handed.code}</p>
          <p className="text-ink-2"><Trans>On the phone, for example. Who finds one of the two cannot come in. It works once, until {moment(handed.expiresMs)}.</Trans></p>
        </section>
        <section aria-label={t`Your words`} className="flex flex-col gap-1">
          <h3 className="font-semibold">{t`Your words`}</h3>
          <p className="text-ink-2"><Trans>The other person sees six words as yours. Read these to them.</Trans></p>
          <Words words={handed.words} />
        </section>
      </DialogBody>
      <DialogActions><Button tone="primary" onPress={onClose}>{t`Done`}</Button></DialogActions>
    </Dialog>
  );
}
