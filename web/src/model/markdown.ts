// The part of Markdown that model cards use, as a tree and never as HTML: whatever else stands in a card is text.
export type Inline = { kind: "text" | "code" | "strong" | "em"; text: string } | { kind: "link"; text: string; href: string };
export type Block =
  | { kind: "heading"; level: number; inlines: Inline[] }
  | { kind: "paragraph"; inlines: Inline[] }
  | { kind: "list"; ordered: boolean; items: Inline[][] }
  | { kind: "code"; text: string }
  | { kind: "table"; head: Inline[][]; rows: Inline[][][] };

const kInline = /`([^`]+)`|\*\*([^*]+)\*\*|__([^_]+)__|\*([^*\s][^*]*)\*|\[([^\]]+)\]\(([^()\s]+)\)/g;

// Only addresses that open a page: a card cannot smuggle in a script.
const isSafeAddress = (href: string): boolean => /^(https?:\/\/|mailto:)/i.test(href);

export function parseInline(text: string): Inline[] {
  const inlines: Inline[] = [];
  let end = 0;
  for (const match of text.matchAll(kInline)) {
    if (match.index > end) inlines.push({ kind: "text", text: text.slice(end, match.index) });
    end = match.index + match[0].length;
    const [whole, code, strong, strongToo, em, label, href] = match;
    if (code !== undefined) inlines.push({ kind: "code", text: code });
    else if (strong ?? strongToo) inlines.push({ kind: "strong", text: (strong ?? strongToo)! });
    else if (em !== undefined) inlines.push({ kind: "em", text: em });
    else if (isSafeAddress(href!)) inlines.push({ kind: "link", text: label!, href: href! });
    else inlines.push({ kind: "text", text: whole });
  }
  if (end < text.length) inlines.push({ kind: "text", text: text.slice(end) });
  return inlines;
}

const kItem = /^\s*(?:[-*+]|(\d+)[.)])\s+(.*)$/;
const cells = (line: string): Inline[][] => line.trim().replace(/^\||\|$/g, "").split("|").map((cell) => parseInline(cell.trim()));

export function parseMarkdown(source: string): Block[] {
  // A card may begin with front matter, which is data and not prose.
  const lines = source.replace(/\r\n?/g, "\n").replace(/^---\n[\s\S]*?\n---\n/, "").split("\n");
  const blocks: Block[] = [];
  let paragraph: string[] = [];
  const endParagraph = () => {
    if (paragraph.length > 0) blocks.push({ kind: "paragraph", inlines: parseInline(paragraph.join(" ")) });
    paragraph = [];
  };
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]!;
    const heading = /^(#{1,6})\s+(.*?)\s*#*$/.exec(line);
    const item = kItem.exec(line);
    if (/^\s*(```|~~~)/.test(line)) {
      endParagraph();
      const code: string[] = [];
      for (at++; at < lines.length && !/^\s*(```|~~~)/.test(lines[at]!); at++) code.push(lines[at]!);
      blocks.push({ kind: "code", text: code.join("\n") });
    } else if (heading) {
      endParagraph();
      blocks.push({ kind: "heading", level: heading[1]!.length, inlines: parseInline(heading[2]!) });
    } else if (item) {
      endParagraph();
      const items: Inline[][] = [];
      for (let next: RegExpExecArray | null = item; next; next = kItem.exec(lines[at + 1] ?? "")) {
        if (items.length > 0) at++;
        items.push(parseInline(next[2]!));
      }
      blocks.push({ kind: "list", ordered: item[1] !== undefined, items });
    } else if (line.includes("|") && /^[\s|:-]+$/.test(lines[at + 1] ?? "") && (lines[at + 1] ?? "").includes("-")) {
      endParagraph();
      const head = cells(line);
      const rows: Inline[][][] = [];
      for (at++; (lines[at + 1] ?? "").includes("|"); at++) rows.push(cells(lines[at + 1]!));
      blocks.push({ kind: "table", head, rows });
    } else if (line.trim() === "") {
      endParagraph();
    } else {
      paragraph.push(line.trim());
    }
  }
  endParagraph();
  return blocks;
}
