import type { QrCode } from "@lifeos/core";

const quiet = 4;

/** A QR code from its modules. Black on white in every theme: cameras do not care for taste. */
export function Qr({ code, label, className }: { code: QrCode; label: string; className?: string }) {
  const path = code.rows.flatMap((row, y) => [...row].flatMap((module, x) => (module === "1" ? [`M${x + quiet} ${y + quiet}h1v1h-1z`] : []))).join("");
  const side = code.size + 2 * quiet;
  return (
    <svg role="img" aria-label={label} viewBox={`0 0 ${side} ${side}`} className={className ?? "w-full max-w-60"} shapeRendering="crispEdges">
      <rect width={side} height={side} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}
