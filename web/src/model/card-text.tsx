import type { JSX } from "preact";
import { ScrollX } from "../ui/scroll";
import { parseMarkdown, type Block, type Inline } from "./markdown";

function inlineView(inline: Inline, index: number): JSX.Element {
  switch (inline.kind) {
    case "code": return <code key={index}>{inline.text}</code>;
    case "strong": return <strong key={index}>{inline.text}</strong>;
    case "em": return <em key={index}>{inline.text}</em>;
    case "link": return <a key={index} href={inline.href} rel="noreferrer noopener" target="_blank">{inline.text}</a>;
    case "text": return <span key={index}>{inline.text}</span>;
  }
}

const inlines = (all: readonly Inline[]) => all.map(inlineView);

function blockView(block: Block, index: number): JSX.Element {
  switch (block.kind) {
    // The page has its own first and second level.
    case "heading": return <h3 key={index}>{inlines(block.inlines)}</h3>;
    case "paragraph": return <p key={index}>{inlines(block.inlines)}</p>;
    case "code": return <pre key={index} class="code-block" tabIndex={0}>{block.text}</pre>;
    case "list": {
      const items = block.items.map((item, at) => <li key={at}>{inlines(item)}</li>);
      return block.ordered ? <ol key={index}>{items}</ol> : <ul key={index}>{items}</ul>;
    }
    case "table":
      return (
        <ScrollX key={index} label="Table">
          <table>
            <thead><tr>{block.head.map((cell, at) => <th key={at} scope="col">{inlines(cell)}</th>)}</tr></thead>
            <tbody>{block.rows.map((row, at) => <tr key={at}>{row.map((cell, column) => <td key={column}>{inlines(cell)}</td>)}</tr>)}</tbody>
          </table>
        </ScrollX>
      );
  }
}

export const CardText = ({ source }: { source: string }) => <div class="prose break">{parseMarkdown(source).map(blockView)}</div>;
