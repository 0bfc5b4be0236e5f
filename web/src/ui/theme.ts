import { recall, remember } from "../base/remember";
import { createStore } from "../base/store";

export type Theme = "system" | "light" | "dark";
export const kThemes: readonly Theme[] = ["system", "light", "dark"];

export const theme = createStore<Theme>("system");

export const parseTheme = (text: string | undefined): Theme => kThemes.find((known) => known === text) ?? "system";
export const nextTheme = (now: Theme): Theme => kThemes[(kThemes.indexOf(now) + 1) % kThemes.length]!;

export function startTheme(): void {
  theme.watch(() => {
    const now = theme.get();
    if (now === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = now;
    remember("theme", now === "system" ? undefined : now);
  });
  theme.set(parseTheme(recall("theme")));
}
