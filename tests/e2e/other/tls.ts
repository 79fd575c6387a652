import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** A certificate for `localhost` that nobody signed. */
export type Certificate = { certificate: string; key: string; remove(): void };

export function makeCertificate(): Certificate {
  const folder = mkdtempSync(path.join(tmpdir(), "lifeos-tls-"));
  const [certificate, key] = [path.join(folder, "chain.pem"), path.join(folder, "key.pem")];
  execFileSync("openssl", [
    "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
    "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate,
  ], { stdio: "pipe" });
  return { certificate, key, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
