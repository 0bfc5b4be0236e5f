import type { Finding } from "../api/types";
import { Icon } from "../ui/icons";

const kOrder: readonly Finding["severity"][] = ["danger", "warning", "note"];
const kClass: Record<Finding["severity"], string> = { danger: "chip danger", warning: "chip brass", note: "chip" };
const kWord: Record<Finding["severity"], string> = { danger: "Danger", warning: "Warning", note: "Note" };

export const bySeverity = (findings: readonly Finding[]): Finding[] => [...findings].sort((a, b) => kOrder.indexOf(a.severity) - kOrder.indexOf(b.severity));

// Says what was seen and never that a file is safe: nobody can know that from looking.
export function Findings({ findings }: { findings: readonly Finding[] }) {
  if (findings.length === 0) return null;
  return (
    <ul class="findings">
      {bySeverity(findings).map((finding, index) => (
        <li key={`${finding.code}-${index}`}>
          <span class={kClass[finding.severity]}>{finding.severity !== "note" && <Icon name="alert" />}{kWord[finding.severity]}</span>
          <span class="break">{finding.message}{finding.count > 1 && <span class="muted"> ({finding.count} times)</span>}{finding.where && <><br /><code class="muted small">{finding.where}</code></>}</span>
        </li>
      ))}
    </ul>
  );
}
