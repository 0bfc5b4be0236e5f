import { CardText } from "../model/card-text";
import { ScrollX } from "../ui/scroll";
import type { Answer, Contract, Operation, Schema } from "./contract";
import { fieldRows, typeText } from "./schema-text";
import { TryForm } from "./try-form";

export const Method = ({ method }: { method: string }) => <span class={`method ${method.toLowerCase()}`}>{method}</span>;

const kPermission: Record<string, string> = { open: "open to everyone", read: "needs read", write: "needs write", admin: "needs admin", worker: "needs worker" };

function Fields({ contract, schema, label }: { contract: Contract; schema: Schema | undefined; label: string }) {
  const rows = fieldRows(contract, schema);
  if (rows.length === 0) return null;
  return (
    <ScrollX label={label}>
      <table class="fields">
        <thead><tr><th scope="col">Field</th><th scope="col">Holds</th><th scope="col">Meaning</th></tr></thead>
        <tbody>{rows.map((row) => <tr key={row.path}><th scope="row" class="mono">{row.path}{row.required && <span class="must" title="always there">*</span>}</th><td class="mono">{row.type}</td><td class="muted">{row.description.replace(/`/g, "")}</td></tr>)}</tbody>
      </table>
    </ScrollX>
  );
}

function AnswerRow({ contract, answer }: { contract: Contract; answer: Answer }) {
  const name = answer.status === "default" ? "otherwise" : answer.status;
  const head = <><span class={answer.status.startsWith("2") ? "chip good" : "chip brass"}>{name}</span> {answer.description} {answer.schema && <code class="muted">{typeText(contract, answer.schema)}</code>}</>;
  const hasFields = fieldRows(contract, answer.schema).length > 0;
  return <li>{hasFields ? <details><summary>{head}</summary><Fields contract={contract} schema={answer.schema} label={`Fields of ${name}`} /></details> : <p class="small">{head}</p>}</li>;
}

interface Props {
  contract: Contract;
  operation: Operation;
  token: string;
  onToken: (token: string) => void;
}

export function OperationView({ contract, operation, token, onToken }: Props) {
  return (
    <div class="stack">
      <section class="sheet stack">
        <header>
          <h2 class="row docs-title"><Method method={operation.method} /><code class="break">{operation.path}</code></h2>
          <span class="chip push">{kPermission[operation.permission] ?? operation.permission}</span>
        </header>
        {operation.summary && <p>{operation.summary}</p>}
        {operation.description && <CardText source={operation.description} />}
        <TryForm key={operation.id} contract={contract} operation={operation} token={token} onToken={onToken} />
      </section>
      {operation.body && fieldRows(contract, operation.body.schema).length > 0 && (
        <section class="sheet stack"><h2>What it takes</h2><Fields contract={contract} schema={operation.body.schema} label="Fields of the body" /></section>
      )}
      <section class="sheet stack"><h2>What it answers</h2><ul class="stack tight-stack answers">{operation.answers.map((answer) => <AnswerRow key={answer.status} contract={contract} answer={answer} />)}</ul></section>
    </div>
  );
}
