// biome-ignore-all lint/suspicious/noArrayIndexKey: parts of a drawn text have no identity but their place

import { lexer, type Token, type Tokens } from "marked";
import { createContext, Fragment, type ReactNode, useContext } from "react";
import { Button } from "react-aria-components";

/** What a link does that leads to another place of the same text; nothing for all others. */
export type InsideLinks = (href: string) => (() => void) | null;
const InsideContext = createContext<InsideLinks>(() => null);

/**
 * Draws Markdown as elements, never as HTML: raw HTML shows as the text that it is, images as their
 * description, and only http, https, mailto and tel become links. Nothing is fetched. A text of the
 * page's own may lead to places within it, by `inside`.
 */
export function Markdown({ text, inside }: { text: string; inside?: InsideLinks }) {
  const drawn = <div className="flex flex-col gap-2 break-words [&_li]:my-0.5">{blocks(lexer(text, { gfm: true, breaks: true }))}</div>;
  return inside ? <InsideContext value={inside}>{drawn}</InsideContext> : drawn;
}

function blocks(tokens: Token[] | undefined): ReactNode[] {
  return (tokens ?? []).map((token, index) => <Fragment key={`${index}-${token.type}`}>{block(token as Tokens.Generic)}</Fragment>);
}

function block(token: Tokens.Generic): ReactNode {
  switch (token.type) {
    case "heading":
      return <p className="pt-1 font-semibold">{inline(token.tokens)}</p>;
    case "paragraph":
      return <p>{inline(token.tokens)}</p>;
    case "blockquote":
      return <blockquote className="border-l-2 border-line-strong pl-3 text-ink-2">{blocks(token.tokens)}</blockquote>;
    case "code":
      return <pre className="quiet-scroll overflow-x-auto rounded-sm bg-sunken px-3 py-2 font-mono text-small"><code>{token["text"] as string}</code></pre>;
    case "list": {
      const items = (token as Tokens.List).items.map((item, index) => (
        <li key={index}>
          {item.task && <span aria-hidden>{item.checked ? "☑ " : "☐ "}</span>}
          {blocks(item.tokens)}
        </li>
      ));
      return (token as Tokens.List).ordered ? <ol className="list-decimal pl-5">{items}</ol> : <ul className="list-disc pl-5">{items}</ul>;
    }
    case "hr":
      return <hr className="border-line" />;
    case "table": {
      const table = token as Tokens.Table;
      return (
        <div className="overflow-x-auto">
          <table className="figures text-small [&_td]:border [&_td]:border-line [&_td]:px-2 [&_td]:py-1 [&_th]:border [&_th]:border-line [&_th]:px-2 [&_th]:py-1 [&_th]:text-left">
            <thead><tr>{table.header.map((cell, at) => <th key={`h${at}`}>{inline(cell.tokens)}</th>)}</tr></thead>
            <tbody>{table.rows.map((row, y) => <tr key={`r${y}`}>{row.map((cell, x) => <td key={`c${x}`}>{inline(cell.tokens)}</td>)}</tr>)}</tbody>
          </table>
        </div>
      );
    }
    case "space":
      return null;
    case "text":
      return token.tokens ? <span>{inline(token.tokens)}</span> : (token["text"] as string);
    default:
      return <p>{token.raw}</p>;
  }
}

function inline(tokens: Token[] | undefined): ReactNode[] {
  return (tokens ?? []).map((token, index) => <Fragment key={`${index}-${token.type}`}>{span(token as Tokens.Generic)}</Fragment>);
}

function span(token: Tokens.Generic): ReactNode {
  switch (token.type) {
    case "text":
      return token.tokens ? inline(token.tokens) : unescapeEntities(token["text"] as string);
    case "escape":
      return token["text"] as string;
    case "strong":
      return <strong className="font-semibold">{inline(token.tokens)}</strong>;
    case "em":
      return <em>{inline(token.tokens)}</em>;
    case "del":
      return <del className="text-ink-3">{inline(token.tokens)}</del>;
    case "codespan":
      return <code className="rounded-xs bg-sunken px-1 font-mono text-[0.9em]">{token["text"] as string}</code>;
    case "br":
      return <br />;
    case "link":
      return <Anchor href={token["href"] as string}>{inline(token.tokens)}</Anchor>;
    case "image":
      return <span className="text-ink-3">[{(token["text"] as string) || "…"}]</span>;
    default:
      return token.raw;
  }
}

function Anchor({ href, children }: { href: string; children: ReactNode }) {
  const go = useContext(InsideContext)(href);
  const shape = "text-accent underline underline-offset-3";
  if (go) return <Button data-in-text onPress={go} className={`${shape} rounded-xs text-left`}>{children}</Button>;
  return safeHref(href) ? <a data-in-text href={href} target="_blank" rel="noopener noreferrer" className={shape}>{children}</a> : <span>{children}</span>;
}

/** Whether an address may become a link: what runs or reads locally may not. */
export function safeHref(href: string): boolean {
  return /^(https?:|mailto:|tel:)/i.test(href.trim());
}

function unescapeEntities(text: string): string {
  return text.replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => ({ amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" })[name] ?? "");
}
