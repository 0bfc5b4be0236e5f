import { useLoad } from "../base/use-load";
import { Problem } from "../ui/problem";
import { previewOf, type Item } from "./data";

const kShownText = 20_000;

function TextPreview({ address }: { address: string }) {
  const { data, error } = useLoad(address, async (signal) => {
    const response = await fetch(address, { signal, headers: { range: `bytes=0-${kShownText - 1}` }, credentials: "same-origin" });
    if (!response.ok) throw new Error(`The server answered ${response.status}.`);
    return response.text();
  });
  if (error) return <Problem error={error} />;
  return <pre class="item-text">{data ?? "…"}{data !== undefined && data.length >= kShownText && "\n…"}</pre>;
}

// What an item is, as far as a page can show it.
export function ItemPreview({ item }: { item: Item }) {
  const address = item.content_url ?? "";
  switch (previewOf(item)) {
    case "audio": return <audio controls preload="metadata" src={address} aria-label={item.key} />;
    case "image": return <img class="item-image" src={address} alt={item.key} loading="lazy" />;
    case "text": return <TextPreview address={address} />;
    case "none": return <p class="muted small">{address ? "No page can show this kind of file; download it." : "It has no bytes of its own."}</p>;
  }
}
