import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "./icons";

// A failure says the server's own sentence: it names the thing and the way out.
export function Problem({ error, onRetry }: { error: Error; onRetry?: () => void }) {
  return (
    <div class="note danger" role="alert">
      <Icon name="alert" />
      <div>
        <p>{error.message}</p>
        {onRetry && <p><button type="button" class="button tight" onClick={onRetry}>Try again</button></p>}
      </div>
    </div>
  );
}

export function Note({ tone, icon = "alert", children }: { tone?: "brass" | "danger"; icon?: IconName; children: ComponentChildren }) {
  return <div class={tone ? `note ${tone}` : "note"}><Icon name={icon} /><div>{children}</div></div>;
}

export function Empty({ icon, children }: { icon: IconName; children: ComponentChildren }) {
  return <div class="empty"><Icon name={icon} />{children}</div>;
}
