// Lines of fields between separators. Fields in quotation marks may hold separators, line ends and doubled quotation marks.

export interface Fault {
  line: number;
  what: string;
}

export interface Row {
  line: number;
  fields: string[];
}

export interface Table {
  rows: Row[];
  faults: Fault[];
  // Some field stood in quotation marks.
  quoted: boolean;
  // A quotation mark stood where the rules allow none; it was taken as it is.
  lenient: boolean;
}

export function parseDelimited(text: string, separator: string, mostRows = Infinity): Table {
  const table: Table = { rows: [], faults: [], quoted: false, lenient: false };
  let at = 0;
  let line = 1;
  while (at < text.length && table.rows.length < mostRows) {
    const row: Row = { line, fields: [] };
    let fault: Fault | undefined;
    for (let more = true; more; ) {
      let field = "";
      if (text[at] === '"') {
        table.quoted = true;
        const opened = line;
        let closed = false;
        at += 1;
        while (at < text.length && !closed) {
          const quote = text.indexOf('"', at);
          const piece = text.slice(at, quote < 0 ? text.length : quote);
          field += piece;
          line += countLines(piece);
          at = quote < 0 ? text.length : quote + 1;
          if (quote < 0) break;
          if (text[at] === '"') { field += '"'; at += 1; }
          else closed = true;
        }
        if (!closed) fault = { line: opened, what: "a quotation mark is opened and never closed" };
      }
      const end = endOfField(text, at, separator);
      const rest = text.slice(at, end).replace(/\r$/, "");
      if (rest.includes('"') || (field !== "" && rest !== "")) table.lenient = true;
      row.fields.push(field + rest);
      at = end;
      more = text[at] === separator;
      if (more) at += 1;
    }
    at += 1;
    line += 1;
    if (fault) table.faults.push(fault);
    else if (row.fields.length > 1 || row.fields[0]!.trim() !== "") table.rows.push(row);
  }
  return table;
}

function endOfField(text: string, from: number, separator: string): number {
  let at = from;
  while (at < text.length && text[at] !== separator && text[at] !== "\n") at += 1;
  return at;
}

function countLines(text: string): number {
  let lines = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) lines += 1;
  return lines;
}

const kSeparators = ["\t", ",", ";", "|"] as const;
const kSample = 64 * 1024;
const kSampleRows = 50;

// The separator by which most lines fall into the same number of fields; undefined where none divides them.
export function detectSeparator(text: string): string | undefined {
  const sample = text.slice(0, kSample);
  let best: { separator: string; share: number } | undefined;
  for (const separator of kSeparators) {
    const rows = parseDelimited(sample, separator, kSampleRows).rows;
    const counts = new Map<number, number>();
    for (const row of rows) counts.set(row.fields.length, (counts.get(row.fields.length) ?? 0) + 1);
    const [fields, many] = [...counts].sort(([, a], [, b]) => b - a)[0] ?? [0, 0];
    const share = many / rows.length;
    if (fields > 1 && (!best || share > best.share)) best = { separator, share };
  }
  return best?.separator;
}
