// Commands that do elsewhere what the page shows here. They are copied, so they must run as they stand.
import { fileApi, zipApi, type ModelKey } from "../api/paths";

export interface Command {
  title: string;
  text: string;
}

const kPlainWord = /^[A-Za-z0-9._\-/:@=+,]+$/;
export const shellQuote = (word: string): string => (kPlainWord.test(word) ? word : `'${word.replace(/'/g, `'\\''`)}'`);
const pythonQuote = (text: string): string => JSON.stringify(text);

export interface CommandSource extends ModelKey {
  version: number;
  isCurrent: boolean;
  // The weights, or the first file where there are none.
  mainFile: string | undefined;
  needsToken: boolean;
}

export function commandsFor(origin: string, source: CommandSource): Record<"cli" | "curl" | "python", Command[]> {
  const { namespace, name, version } = source;
  const reference = source.isCurrent ? `${namespace}/${name}` : `${namespace}/${name}@${version}`;
  const zip = origin + zipApi(source, source.isCurrent ? undefined : version);
  const zipName = `${name}_model.zip`;
  const auth = source.needsToken ? ` -H "Authorization: Bearer $WEIGH_TOKEN"` : "";
  const file = source.mainFile === undefined ? undefined : { name: source.mainFile.split("/").pop()!, url: origin + fileApi(source, version, source.mainFile) };

  const python = ["import os", "import urllib.request", "", `request = urllib.request.Request(${pythonQuote(zip)})`];
  if (source.needsToken) python.push(`request.add_header("Authorization", "Bearer " + os.environ["WEIGH_TOKEN"])`);
  else python.splice(0, 1);
  python.push(`with urllib.request.urlopen(request) as reply, open(${pythonQuote(zipName)}, "wb") as file:`, "    while piece := reply.read(1 << 20):", "        file.write(piece)");

  return {
    cli: [
      { title: "Fetch it", text: `weigh download ${shellQuote(reference)}` },
      { title: "Look inside", text: `weigh inspect ${shellQuote(reference)}` },
      { title: "Point production at it", text: `weigh alias set ${shellQuote(`${namespace}/${name}@${version}`)} production` },
    ],
    curl: [
      { title: "The zip", text: `curl -fL -o ${shellQuote(zipName)}${auth} ${shellQuote(zip)}` },
      ...(file ? [{ title: "One file, going on where a broken transfer stopped", text: `curl -fL -C - -o ${shellQuote(file.name)}${auth} ${shellQuote(file.url)}` }] : []),
    ],
    python: [{ title: "The zip, with nothing but the standard library", text: python.join("\n") }],
  };
}
