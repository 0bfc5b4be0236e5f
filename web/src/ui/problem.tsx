import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { isUnreachable } from "../api/client";
import { Icon, type IconName } from "./icons";

const kTryAgainMs = 2_000;

// A failure says the server's own sentence: it names the thing and the way out. While the server is away,
// the page asks again by itself.
export function Problem({ error, onRetry }: { error: Error; onRetry?: () => void }) {
  const away = isUnreachable(error) && onRetry !== undefined;
  useEffect(() => {
    if (!away) return undefined;
    const timer = setTimeout(onRetry, kTryAgainMs);
    return () => clearTimeout(timer);
  }, [error]);
  return (
    <div class="note danger" role="alert">
      <Icon name="alert" />
      <div>
        <p>{error.message}{away && " This page goes on by itself when it does."}</p>
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
