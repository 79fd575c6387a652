import type { KitSheet } from "@lifeos/core";
import { Button, cx } from "@lifeos/design";
import { Trans, useLingui } from "@lingui/react/macro";
import { createPortal } from "react-dom";
import { Qr } from "./qr";

type Printed = { sheet: KitSheet; name: string; number: number; of: number };

/** A recovery kit, on the screen and, by itself, on paper. It is on the page only while it is being kept. */
export function KitPage(printed: Printed) {
  return (
    <>
      <Sheet {...printed} className="rounded-md border border-line-strong p-5 sm:p-7" />
      {createPortal(<div className="paper"><Sheet {...printed} /></div>, document.body)}
    </>
  );
}

function Sheet({ sheet, name, number, of, className }: Printed & { className?: string }) {
  const { t } = useLingui();
  return (
    <article aria-label={of > 1 ? t`Recovery kit ${number} of ${of}` : t`Recovery kit`} className={cx("flex flex-col gap-5 bg-[#fff] text-[#111]", className)}>
      <header className="flex items-start justify-between gap-4">
        <div>
          <h2 className="text-title font-semibold">{of > 1 ? t`LifeOS recovery kit ${number} of ${of}` : t`LifeOS recovery kit`}</h2>
          <p className="text-[#333]">{name}</p>
        </div>
        <p className="figures text-small text-[#333]">{location.host}</p>
      </header>
      <div className="grid gap-6 sm:grid-cols-[1fr_11rem]">
        <div className="flex flex-col gap-4">
          <Groups label={t`Code`} groups={sheet.code} />
          <Groups label={t`Account`} groups={sheet.account} />
          <div>
            <p className="text-small text-[#444]">{t`Words of the account`}</p>
            <p className="font-mono">{sheet.accountWords.join(" · ")}</p>
          </div>
        </div>
        <Qr code={sheet.qr} label={t`The kit as a QR code`} className="w-44 max-w-full" />
      </div>
      <p className="text-small text-[#333]">
        <Trans>Whoever holds this sheet can open everything. Keep it where you keep a passport, not on this device. Nobody can make it again for you, and nobody else can read your data. To use it: open LifeOS in a browser and choose “Recovery kit”.</Trans>
      </p>
    </article>
  );
}

function Groups({ label, groups }: { label: string; groups: readonly string[] }) {
  return (
    <div>
      <p className="text-small text-[#444]">{label}</p>
      <ol className="grid grid-cols-[repeat(auto-fill,minmax(6.5rem,1fr))] gap-x-3 gap-y-1">
        {groups.map((group, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two groups may read alike
          <li key={at} className="flex items-baseline gap-1.5 font-mono text-lead">
            <span className="figures w-4 text-right text-micro text-[#555]">{at + 1}</span>
            {group}
          </li>
        ))}
      </ol>
    </div>
  );
}

/** Saves the kit as a file and prints it. */
export function KitActions({ sheet, number, onKept }: { sheet: KitSheet; number: number; onKept: () => void }) {
  const { t } = useLingui();
  const save = () => {
    const address = URL.createObjectURL(new Blob([sheet.payload], { type: "text/plain" }));
    const link = document.createElement("a");
    link.href = address;
    link.download = `lifeos-recovery-kit-${number}.txt`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
    onKept();
  };
  return (
    <div className="flex flex-wrap gap-2">
      <Button icon="print" tone="primary" onPress={() => { window.print(); onKept(); }}>{t`Print it`}</Button>
      <Button icon="download" onPress={save}>{t`Save as a file`}</Button>
      <Button tone="quiet" onPress={onKept}>{t`I wrote it down by hand`}</Button>
    </div>
  );
}

/** Asks a part of the sheet back: what cannot be read back is not kept. */
export function KitProof({ sheet, groups, onChange }: { sheet: KitSheet; groups: readonly string[]; onChange: (groups: string[]) => void }) {
  const { t } = useLingui();
  return (
    <div className="flex flex-wrap gap-4">
      {sheet.asked.map((group, at) => (
        <label key={group} className="flex flex-col gap-1">
          <span className="text-small font-medium text-ink-2">{t`Group ${group + 1}`}</span>
          <input
            autoComplete="off"
            autoCapitalize="characters"
            spellCheck={false}
            value={groups[at] ?? ""}
            onChange={(event) => onChange(sheet.asked.map((_, other) => (other === at ? event.target.value : (groups[other] ?? ""))))}
            className="h-11 w-36 rounded-sm border border-line-strong bg-raised px-3 font-mono text-lead tracking-wide uppercase"
          />
        </label>
      ))}
    </div>
  );
}
