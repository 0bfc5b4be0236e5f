// What this browser remembers. A browser that forbids it forgets, and nothing else changes.
export function recall(key: string): string | undefined {
  try {
    return localStorage.getItem(`weighhouse.${key}`) ?? undefined;
  } catch {
    return undefined;
  }
}

export function remember(key: string, value: string | undefined): void {
  try {
    if (value === undefined) localStorage.removeItem(`weighhouse.${key}`);
    else localStorage.setItem(`weighhouse.${key}`, value);
  } catch {
    // Storage is full or forbidden: the choice lasts as long as the page.
  }
}
