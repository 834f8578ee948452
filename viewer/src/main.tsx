/** The technician's page of Lendhand. */

import { render } from "preact";
import { App } from "./ui/app.tsx";
import { Model } from "./ui/model.ts";
import { isForSignedIn, routeOf } from "./ui/route.ts";
import "./style/tokens.css";
import "./style/base.css";
import "./style/parts.css";
import "./style/screens.css";
import "./style/pages.css";
import "./style/rows.css";
import "./style/forms.css";
import "./style/entry.css";
import "./style/get.css";
import "./style/narrow.css";
import "./style/desktop.css";
import "./style/compare.css";
import "./style/menus.css";
import "./style/figures.css";
import "./style/stage.css";
import "./style/help.css";
import "./style/chat.css";
import "./style/files.css";
import "./style/film.css";

const root = document.getElementById("app");
if (!root) throw new Error("no #app in the page");

const here = () => routeOf(location.pathname, location.hash);
const model = new Model({ search: location.search, route: here() });
window.addEventListener("hashchange", () => (model.route.value = here()));
render(<App model={model} />, root);
// The pages of links are for people who are not signed in.
if (isForSignedIn(model.route.value)) void model.begin();
