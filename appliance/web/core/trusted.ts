type ScriptUrlPolicy = { createScriptURL(url: string): TrustedScriptUrl };
type TrustedScriptUrl = { readonly __brand: "TrustedScriptURL" } & string;
type TrustedTypes = { createPolicy(name: string, rules: { createScriptURL: (url: string) => string }): ScriptUrlPolicy };

const known = new Set<string>();
let policy: ScriptUrlPolicy | null = null;

/**
 * Vouches for the scripts that this page starts besides itself: its worker, the one that reads
 * files, and its service worker. The page's policy refuses every other script address.
 */
export function scriptUrl(url: string): string {
  known.add(url);
  const factory = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes;
  if (!factory) return url;
  policy ??= factory.createPolicy("lifeos", {
    createScriptURL: (wanted) => {
      if (!known.has(wanted) || new URL(wanted, location.href).origin !== location.origin) throw new TypeError("not a script of this app");
      return wanted;
    },
  });
  return policy.createScriptURL(url);
}
