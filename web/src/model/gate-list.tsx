import { useState } from "preact/hooks";
import type { Gates, Model } from "../api/types";
import { Icon } from "../ui/icons";
import { Problem } from "../ui/problem";
import { toast } from "../ui/toast";
import { gatesText, putGates, suggestedRules, type Finding } from "./gates";

// Each rule, and what was found of the version that it is asked about.
export function Findings({ findings, onRemove }: { findings: readonly Finding[]; onRemove?: (rule: string) => void }) {
  return (
    <ul class="gate-findings">
      {findings.map((finding) => (
        <li key={finding.rule}>
          <span class={finding.holds ? "better" : "worse"}><Icon name={finding.holds ? "check" : "close"} /><span class="unseen">{finding.holds ? "met:" : "not met:"}</span></span>
          <div><code class="break">{finding.rule}</code><p class="muted small break">{finding.found}</p></div>
          {onRemove && <button type="button" class="button plain square tight warns" aria-label={`Remove the rule ${finding.rule}`} title="Remove" onClick={() => onRemove(finding.rule)}><Icon name="close" /></button>}
        </li>
      ))}
    </ul>
  );
}

interface Props {
  model: Model;
  gates: Gates;
  version: number | undefined;
  // Names of data that versions were weighed on.
  data: readonly string[];
  onChanged: () => void;
}

// The rules of one alias: seen, tested on the version that one looks at, added and removed.
export function GateList({ model, gates, version, data, onChanged }: Props) {
  const [rule, setRule] = useState("");
  const [error, setError] = useState<Error>();
  const list = `rules-${gates.alias}`;
  const put = (rules: readonly string[], said: string) => {
    setError(undefined);
    putGates(model, gates.alias, rules).then(() => { setRule(""); onChanged(); toast(said); }, setError);
  };
  const add = (event: Event) => {
    event.preventDefault();
    put([...gates.rules, rule.trim()], `${gates.alias} demands ${rule.trim()} from now on.`);
  };
  const remove = (gone: string) => put(gates.rules.filter((one) => one !== gone), `${gates.alias} no longer demands ${gone}.`);
  const findings: readonly Finding[] = gates.findings ?? [];
  return (
    <details class="gates">
      <summary class={gates.rules.length > 0 && gates.holds === false ? "worse" : "muted"}>{gatesText(gates, version)}</summary>
      <div class="stack">
        {gates.rules.length === 0 && <p class="muted small">{gates.alias} may move to any version. With a rule, it moves only to one that keeps it.</p>}
        <Findings findings={findings} onRemove={remove} />
        <form class="row" onSubmit={add}>
          <label class="unseen" for={`new-${list}`}>New rule of {gates.alias}</label>
          <input id={`new-${list}`} class="input mono gate-input" list={list} placeholder="f1 >= 0.9" value={rule} spellcheck={false} autocomplete="off" onInput={(event) => setRule(event.currentTarget.value)} />
          <datalist id={list}>{suggestedRules(gates.alias, Object.keys(model.metrics), data, gates.rules).map((one) => <option key={one} value={one} />)}</datalist>
          <button type="submit" class="button" disabled={rule.trim() === ""}>Add</button>
        </form>
        <p class="hint">A metric against a number, or against an alias: <code>f1 &gt;= {gates.alias} - 0.01</code>. With <code>on test.csv</code> the lower end of the difference's 95 % interval on that data counts.</p>
        {error && <Problem error={error} />}
      </div>
    </details>
  );
}
