import { render } from "preact";
import { App } from "./app";
import { startLocation } from "./base/location";
import { loadSession } from "./session/session";
import { startTheme } from "./ui/theme";

startTheme();
startLocation();
// The list asks for itself at the same time: who one is must not delay it.
loadSession().catch(() => undefined);
render(<App />, document.getElementById("app")!);
