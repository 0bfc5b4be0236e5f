// The address bar is the state of what one looks at; this is the one place that writes it.
import { createStore } from "./store";
import { useStore } from "./use-store";

export interface Place {
  path: string;
  query: URLSearchParams;
  // How one came here: by a link, or back and forth through the history.
  how: "link" | "back";
}

const readPlace = (how: Place["how"]): Place => ({ path: window.location.pathname, query: new URLSearchParams(window.location.search), how });
const place = createStore<Place>({ path: "/", query: new URLSearchParams(), how: "link" });

export const usePlace = (): Place => useStore(place);

export function navigate(to: string, how: "push" | "replace" = "push"): void {
  const here = window.location.pathname + window.location.search;
  if (to === here) return;
  window.history[how === "push" ? "pushState" : "replaceState"](null, "", to);
  const samePath = place.get().path === window.location.pathname;
  place.set(readPlace("link"));
  if (how === "push" && !samePath) window.scrollTo(0, 0);
}

// Follows plain clicks on our own links without leaving the page; everything else is the browser's.
function followLink(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = (event.target as Element).closest?.("a[href]") as HTMLAnchorElement | null;
  if (!link || link.target || link.hasAttribute("download") || link.origin !== window.location.origin) return;
  if (link.pathname.startsWith("/api/") || link.pathname === "/openapi.json") return;
  if (link.hash && link.pathname === window.location.pathname) return;
  event.preventDefault();
  navigate(link.pathname + link.search);
}

export function startLocation(): void {
  place.set(readPlace("link"));
  window.addEventListener("popstate", () => place.set(readPlace("back")));
  document.addEventListener("click", followLink);
}
