/**
 * Whether this browser can keep anything for this page, as far as can be told before anything is kept.
 * Each of these is missing somewhere: all of it but the cookies on a page that came by `http` from
 * another machine.
 */
export function canKeep(): boolean {
  return isSecureContext && "locks" in navigator && "storage" in navigator && "getDirectory" in navigator.storage && takesSignIn();
}

/**
 * Whether a cookie as the box sets it is taken. Browsers of WebKit take none over `http`, on
 * `localhost` neither, and one that blocks all cookies takes none at all.
 */
export function takesSignIn(): boolean {
  const name = "__Host-lifeos-probe";
  const write = (seconds: number) => {
    // biome-ignore lint/suspicious/noDocumentCookie: WebKit, which this is about, had no CookieStore for a long time
    document.cookie = `${name}=1; Path=/; Secure; SameSite=Strict; Max-Age=${seconds}`;
  };
  write(60);
  const isTaken = document.cookie.includes(name);
  write(0);
  return isTaken;
}
