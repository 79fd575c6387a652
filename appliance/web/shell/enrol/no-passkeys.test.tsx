import { LifeClient, LifeProvider, type Port } from "@lifeos/core";
import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { render, screen } from "@testing-library/react";
import type { ReactNode } from "react";
import { afterEach, expect, it, vi } from "vitest";
import { Claim } from "./claim";
import { Join } from "./join";
import { Unlock } from "./unlock";

const silent: Port = { postMessage: () => {}, addEventListener: () => {} };
const show = (page: ReactNode) => render(<I18nProvider i18n={i18n}><LifeProvider client={new LifeClient(silent)}>{page}</LifeProvider></I18nProvider>);
const ways = { passkey: true, passkeyWithBox: false, kit: true };
const banner = "This browser has no passkeys";

afterEach(() => vi.unstubAllGlobals());

it("a browser without passkeys says so before a claim code is typed", () => {
  vi.stubGlobal("PublicKeyCredential", undefined);
  show(<Claim />);
  expect(screen.getByText(banner)).toBeTruthy();
});

it("a browser without passkeys is let in, and unlocks, without being asked for one", () => {
  vi.stubGlobal("PublicKeyCredential", undefined);
  show(<Join step={null} />);
  expect(screen.queryByRole("button", { name: /^Use a passkey/ })).toBeNull();
  expect(screen.getByRole("button", { name: /^Use a recovery kit/ })).toBeTruthy();
  show(<Unlock ways={ways} isOpening={false} />);
  expect(screen.queryByRole("button", { name: /^(Use|Unlock with) .*passkey/ })).toBeNull();
  expect(screen.getByRole("textbox", { name: "Code of the kit" })).toBeTruthy();
});

it("a browser with passkeys is asked for them, and says nothing of the kind", () => {
  show(<Claim />);
  expect(screen.queryByText(banner)).toBeNull();
  show(<Join step={null} />);
  expect(screen.getByRole("button", { name: /^Use a passkey/ })).toBeTruthy();
  show(<Unlock ways={ways} isOpening={false} />);
  expect(screen.getByRole("button", { name: "Unlock with the passkey" })).toBeTruthy();
});
