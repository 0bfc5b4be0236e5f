import type { Model, Version } from "../api/types";
import { useStore } from "../base/use-store";
import { signedIn } from "../session/session";
import { Snippet } from "../ui/copy";
import { commandsFor, type Command } from "./commands";

function Group({ title, commands }: { title: string; commands: readonly Command[] }) {
  return (
    <section class="sheet stack">
      <h2>{title}</h2>
      {commands.map((command) => <div key={command.title} class="stack tight-stack"><p class="small muted">{command.title}</p><Snippet label={command.title} text={command.text} /></div>)}
    </section>
  );
}

export function Use({ model, version }: { model: Model; version: Version }) {
  const needsToken = useStore(signedIn);
  const files = version.files ?? [];
  const mainFile = (files.find((file) => file.role === "weights") ?? files[0])?.path;
  const commands = commandsFor(window.location.origin, { namespace: model.namespace, name: model.name, version: version.version, isCurrent: version.is_current, mainFile, needsToken });
  return (
    <>
      <Group title="Command line" commands={commands.cli} />
      <Group title="curl" commands={commands.curl} />
      <Group title="Python" commands={commands.python} />
    </>
  );
}
