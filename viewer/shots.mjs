import { chromium } from "playwright-core";
import { mkdirSync } from "node:fs";
import { createServer } from "node:http";
import { readFileSync, existsSync } from "node:fs";
const out = "/tmp/pgs-shots"; mkdirSync(out, { recursive: true });
const csp = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; media-src 'self' blob:; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types lendhand-worker";
const types = { html: "text/html", js: "text/javascript", css: "text/css", svg: "image/svg+xml" };
const server = createServer((q, r) => {
  let p = new URL(q.url, "http://x").pathname;
  if (["/", "/welcome", "/join"].includes(p)) p = "/index.html";
  const f = "dist" + p;
  if (!existsSync(f)) { r.writeHead(404).end(); return; }
  r.writeHead(200, { "Content-Type": types[f.split(".").pop()] ?? "text/plain", "Content-Security-Policy": csp }).end(readFileSync(f));
}).listen(0, "127.0.0.1");
await new Promise((r) => server.once("listening", r));
const base = `http://localhost:${server.address().port}`;
const ago = (min) => new Date(Date.now() - min * 60000).toISOString();
const me = (roles, extra = {}) => ({ id: "u_1", name: "Ines Okafor", signInName: "ines", organisation: "Example Help Desk", roles, mustEnrol: false, ...extra });
const long = "Maximiliane Alexandra von Hohenberg-Wittelsbach zu Schwarzenfels";
const own = (x = {}) => ({ person: me(["technician"]), secondFactorRequired: false, totp: false, passkeys: [], recoveryLeft: 0, signIns: [{ id: "s1", current: true, created: ago(30), used: ago(0), address: "192.0.2.17", browser: "Chromium 156 on Linux" }], ...x });
const full = own({ totp: true, recoveryLeft: 8, passkeys: [{ id: "p1", name: "Work laptop", created: ago(90000), used: ago(600) }, { id: "p2", name: long, created: ago(900) }],
  signIns: [{ id: "s1", current: true, created: ago(30), used: ago(0), address: "192.0.2.17", browser: "Chromium 156 on Linux" }, { id: "s2", current: false, created: ago(3000), used: ago(100), address: "2001:db8:1234:5678:9abc:def0:1234:5678", browser: "Firefox 140 on Windows" }] });
const people = { people: [
  { id: "u_1", name: "ines", displayName: "Ines Okafor", roles: ["technician", "admin"], group: "first-line", disabled: false, created: ago(1e5), lastSignIn: ago(30), totp: true, passkeys: 2, openid: false, signIns: 2 },
  { id: "u_2", name: "jonas", displayName: "Jonas Berg", roles: ["technician"], group: "", disabled: false, created: ago(1e5), totp: false, passkeys: 0, openid: false, signIns: 0 },
  { id: "u_3", name: "ada", displayName: long, roles: ["auditor"], group: "", disabled: true, created: ago(1e5), lastSignIn: ago(30000), totp: false, passkeys: 0, openid: true, signIns: 1 },
] };
const policy = { version: 4, organisation: { scopes: ["view", "control"], recording: "optional", longestSession: 0, confirmEvery: 900, networks: [], idle: 3600, verifyWords: "offered", secondFactor: "required" }, groups: { "first-line": { scopes: ["view"], networks: ["10.20.0.0/16", "2001:db8:20::/48"] } } };
const sessions = { sessions: [
  { id: "s_1", state: "active", technician: "Ines Okafor", host: "reception-pc", ticket: "INC-1042", scopes: ["view", "control"], created: ago(12), path: "direct" },
  { id: "s_2", state: "requested", technician: long, host: "a-computer-with-a-very-long-name-that-goes-on-and-on-for-ever-123", ticket: "", scopes: ["view"], created: ago(1), path: "" } ] };
const audit = { events: [
  { time: ago(1), kind: "session_ended", actor: "host", session: "s_5tq2m7wk4a", subject: "", address: "192.0.2.44", detail: { reason: "host_stopped" } },
  { time: ago(12), kind: "consent", actor: "host", session: "s_5tq2m7wk4a", subject: "u_1", address: "192.0.2.44", detail: { statement: "eyJhbGciOiJFZERTQSIsInR5cCI6ImxlbmRoYW5kLWNvbnNlbnQrand0In0.eyJzY29wZXMiOlsidmlldyIsImNvbnRyb2wiXSwic2Vzc2lvbiI6InNfNXRxMm03d2s0YSJ9.c2lnbmF0dXJlc2lnbmF0dXJlc2lnbmF0dXJl", scopes: "view control" } },
  { time: ago(30), kind: "sign_in", actor: "u_1", session: "", subject: "u_1", address: "192.0.2.17", detail: { way: "password totp" } },
  { time: ago(3000), kind: "relay_started", actor: "relay", detail: { version: "v0.4.0" } } ] };
const B = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
let count = 0;
const want = process.argv[2];
async function shot(name, path, api, act, sizes = [[1280, "light"], [360, "light"], [1280, "dark"], [360, "dark"]]) {
  if (want && !name.match(want)) return;
  for (const [width, scheme] of sizes) {
    const c = await B.newContext({ viewport: { width, height: width === 360 ? 740 : 800 }, colorScheme: scheme, locale: "en-GB" });
    const p = await c.newPage();
    p.on("console", (m) => ["error", "warning"].includes(m.type()) && !/404|401|403|429|WebSocket/.test(m.text()) && console.log(name, m.text()));
    p.on("pageerror", (e) => console.log(name, "UNCAUGHT", e.message));
    await p.routeWebSocket("**/signal/**", (ws) => { (api.ws ?? []).forEach((m) => ws.send(JSON.stringify(m))); ws.onMessage((m) => { const a = api.onws?.(JSON.parse(m)); (a ?? []).forEach((x) => ws.send(JSON.stringify(x))); }); });
    await p.route("**/api/**", (r) => {
      const u = new URL(r.request().url()); let a = api[u.pathname];
      if (typeof a === "function") a = a(r.request());
      if (a === undefined) return r.fulfill({ status: 404, json: { code: "not_found", message: "There is nothing at this address." } });
      const { status = 200, headers, ...json } = a;
      return r.fulfill({ status, headers, json });
    });
    await p.goto(base + path);
    try { if (act) await act(p); } catch (e) { console.log(name, width, e.message.split("\n")[0]); }
    await p.waitForTimeout(150);
    await p.evaluate(() => document.fonts.ready);
    const wide = await p.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (wide > 0) console.log(name, width, "scrolls sideways by", wide);
    await p.screenshot({ path: `${out}/${name}-${width}-${scheme}.png`, fullPage: true });
    count++; await c.close();
  }
}
const un = { status: 401, code: "unauthenticated", message: "m", hint: "h" };
const ways = { passkey: true, openid: "Example ID" };
const id = (t) => `[data-testid=${t}]`;
const signIn = async (p) => { await p.fill(id("sign-in-name"), "ines"); await p.fill(id("sign-in-password"), "x"); await p.click(id("sign-in")); };
await shot("signin", "/", { "/api/me": un, "/api/sign-in/ways": { passkey: false, openid: "" } }, (p) => p.waitForSelector(id("sign-in")));
await shot("signin-ways", "/", { "/api/me": un, "/api/sign-in/ways": ways }, (p) => p.waitForSelector(id("sign-in-passkey")));
await shot("signin-wait", "/", { "/api/me": un, "/api/sign-in/ways": ways, "/api/sign-in": { status: 429, headers: { "Retry-After": "95" }, code: "too_many_tries", message: "Too many wrong tries.", hint: "Try again in 95 seconds." } }, async (p) => { await signIn(p); await p.waitForSelector(".problem"); });
const second = (factors) => ({ "/api/me": un, "/api/sign-in/ways": ways, "/api/sign-in": { next: "second-factor", factors, passkey: { challenge: "AAAA" } }, "/api/sign-in/second": { status: 401, code: "factor_wrong", message: "The code or the passkey is wrong.", hint: "A code is good for half a minute and for one sign-in: wait for the next one." } });
await shot("second-totp", "/", second(["totp", "passkey", "recovery"]), async (p) => { await signIn(p); await p.waitForSelector(id("second-code")); });
await shot("second-wrong", "/", second(["totp", "recovery"]), async (p) => { await signIn(p); await p.fill(id("second-code"), "123456"); await p.waitForSelector(".problem"); });
await shot("second-passkey", "/", second(["passkey", "recovery"]), async (p) => { await signIn(p); await p.waitForSelector(id("second-passkey")); });
await shot("second-recovery", "/", second(["recovery"]), async (p) => { await signIn(p); await p.waitForSelector(id("second-code")); });
const link = { kind: "invitation", name: "ines", displayName: "Ines Okafor", organisation: "Example Help Desk" };
await shot("welcome", "/welcome#abc", { "/api/link": link }, (p) => p.waitForSelector(id("welcome")));
await shot("welcome-weak", "/welcome#abc", { "/api/link": { ...link, kind: "reset", displayName: long }, "/api/link/use": { status: 400, code: "bad_message", message: "That password is too short: it has 3 characters.", hint: "Choose one of at least 10 characters. A few words are easy to keep in mind." } }, async (p) => { await p.fill(id("password-new"), "abc"); await p.fill(id("password-again"), "abc"); await p.click(id("choose")); await p.waitForSelector(".problem"); });
await shot("welcome-bad", "/welcome#abc", { "/api/link": { status: 404, code: "link_invalid", message: "m", hint: "h" } }, (p) => p.waitForSelector(id("bad-link")));
await shot("welcome-factors", "/welcome#abc", { "/api/link": link, "/api/link/use": me(["technician"]), "/api/account": own() }, async (p) => { await p.fill(id("password-new"), "abc"); await p.fill(id("password-again"), "abc"); await p.click(id("choose")); await p.waitForSelector(id("totp-begin")); });
const totp = { secret: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", uri: "otpauth://totp/Example%20Help%20Desk:ines?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Example%20Help%20Desk" };
await shot("enrol", "/", { "/api/me": me(["technician"], { mustEnrol: true }), "/api/account": own({ secondFactorRequired: true }), "/api/account/totp/begin": totp }, async (p) => { await p.click(id("totp-begin")); await p.waitForSelector(".qr"); });
await shot("account-empty", "/#/account", { "/api/me": me(["technician"]), "/api/account": own() }, (p) => p.waitForSelector(id("sign-ins")));
await shot("account", "/#/account", { "/api/me": me(["technician", "admin"]), "/api/account": full }, async (p) => { await p.waitForSelector(id("sign-ins")); await p.click(id("password-change")); });
const codes = Array.from({ length: 10 }, (_, i) => `k3m${i}-w9x2-7f${i}q`);
await shot("recovery", "/#/account", { "/api/me": me(["technician"]), "/api/account": full, "/api/account/recovery": { recoveryCodes: codes } }, async (p) => { await p.click(id("recovery-new")); await p.click(id("confirm")); await p.waitForSelector(id("recovery-codes")); });
await shot("again", "/#/account", { "/api/me": me(["technician"]), "/api/account": full, "/api/sign-in/ways": ways, "/api/account/recovery": { status: 403, code: "sign_in_again", message: "m", hint: "h" } }, async (p) => { await p.click(id("recovery-new")); await p.click(id("confirm")); await p.waitForSelector(id("sign-in-password")); await p.waitForSelector(id("sign-in-passkey")); });
await shot("account-confirm", "/#/account", { "/api/me": me(["technician"]), "/api/account": full }, async (p) => { await p.click(id("end-others")); await p.waitForSelector(id("confirm")); });
const admin = { "/api/me": me(["technician", "admin"]), "/api/admin/people": people, "/api/admin/policy": policy, "/api/admin/sessions": sessions, "/api/admin/audit": audit };
await shot("people", "/#/people", { ...admin, "/api/admin/people/link": { link: "https://help.example/welcome#AbCdEfGhIjKlMnOpQrStUvWxYz0123456789" } }, async (p) => { await p.click(id("person-ines")); await p.click(id("person-link")); await p.waitForSelector(id("reset-link")); });
await shot("people-add", "/#/people", { ...admin, "/api/admin/people": (q) => q.method() === "POST" ? { status: 409, code: "taken", message: "An account of this name exists.", hint: "Choose another name." } : people }, async (p) => { await p.click(id("add-person")); await p.fill(id("person-name"), "ines"); await p.fill(id("person-display-name"), "Ines"); await p.click(id("person-add")); await p.waitForSelector(".problem"); });
await shot("people-link", "/#/people", { ...admin, "/api/admin/people": (q) => q.method() === "POST" ? { person: people.people[1], link: "https://help.example/welcome#AbCdEfGhIjKlMnOpQrStUvWxYz0123456789" } : people }, async (p) => { await p.click(id("add-person")); await p.fill(id("person-name"), "ines"); await p.fill(id("person-display-name"), "Ines"); await p.click(id("person-add")); await p.waitForSelector(id("invitation-link")); });
await shot("policy", "/#/policy", admin, (p) => p.waitForSelector(id("policy-save")));
await shot("policy-conflict", "/#/policy", { ...admin, "/api/admin/policy": (q) => q.method() === "POST" ? { status: 409, code: "conflict", message: "The policy was changed in the meantime.", hint: "Read it again, and make your change to what it says now." } : policy }, async (p) => { await p.locator(id("scope-control")).first().uncheck(); await p.click(id("policy-save")); await p.waitForSelector(".problem"); }, [[1280, "light"], [360, "light"]]);
await shot("sessions", "/#/sessions", admin, (p) => p.waitForSelector(id("session-row")));
await shot("sessions-end", "/#/sessions", admin, async (p) => { await p.locator(id("end-session")).first().click(); await p.waitForSelector(id("confirm")); });
await shot("sessions-empty", "/#/sessions", { ...admin, "/api/admin/sessions": { sessions: [] } }, (p) => p.waitForSelector(".empty"));
await shot("journal", "/#/journal", admin, (p) => p.waitForSelector(id("journal-row")));
await shot("journal-empty", "/#/journal", { ...admin, "/api/me": me(["auditor"]), "/api/admin/audit": { events: [] } }, (p) => p.waitForSelector(".empty"));
await shot("journal-refused", "/#/journal", { ...admin, "/api/admin/audit": { status: 500, code: "internal", message: "The relay could not do that.", hint: "Try again." } }, (p) => p.waitForSelector(".problem"), [[1280, "light"]]);
await shot("join", "/join#482913077", {}, (p) => p.waitForSelector(id("join-code")));
await shot("join-bad", "/join#48", {}, (p) => p.waitForSelector(id("bad-invitation")));
const inv = [{ type: "invitations", invitations: [{ id: "i_1", ask: ["view", "control"], ticket: "INC-1042", expiresIn: 86000 }, { id: "i_2", ask: ["view"], expiresIn: 3000, host: { name: "reception-pc", os: "Debian GNU/Linux 12" } }] }];
await shot("start", "/", { "/api/me": me(["technician"]), ws: [] }, (p) => p.waitForSelector(id("invite")));
await shot("invite", "/", { "/api/me": me(["technician"]), ws: [] }, (p) => p.click(id("invite")));
await shot("invited", "/", { "/api/me": me(["technician", "admin"]), ws: [], onws: (m) => m.type === "invite" ? [{ type: "invited", id: "i_1", code: "482913077", link: "https://help.example/join#482913077", expiresIn: 86400 }, ...inv] : [] }, async (p) => { await p.click(id("invite")); await p.click(id("invite-make")); await p.waitForSelector(id("invited-code")); });
console.log(count, "pictures"); await B.close(); server.close();
