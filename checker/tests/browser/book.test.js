// Reads the book in Chromium, as readers do: every page at two widths, in light and dark; quizzes and pictures with mouse
// and keyboard; search; the page that is printed; all of it without the network. `run-book` builds the book first.
import assert from "node:assert/strict";
import { createReadStream, existsSync, readdirSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";

const { CHROMIUM, BOOK, SCREENSHOTS } = process.env;
const WIDTHS = [1280, 400];
const THEMES = ["light", "navy"];
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".png": "image/png", ".woff2": "font/woff2" };
// Not for readers: a copy of the first page, the table of contents of browsers without JavaScript, what is shown for a
// wrong address, and all pages as one.
const NO_PAGES = ["index.html", "toc.html", "404.html", "print.html"];

const files = (folder) =>
  readdirSync(join(BOOK, folder)).flatMap((name) => {
    const path = folder ? `${folder}/${name}` : name;
    return statSync(join(BOOK, path)).isDirectory() ? files(path) : [path];
  });
const PAGES = files("").filter((path) => path.endsWith(".html") && !NO_PAGES.includes(path));

let browser, server, site;
before(async () => {
  server = createServer((request, response) => {
    const path = join(BOOK, normalize(decodeURIComponent(new URL(request.url, "http://book").pathname)));
    if (!existsSync(path) || statSync(path).isDirectory()) return response.writeHead(404).end();
    response.writeHead(200, { "content-type": TYPES[extname(path)] ?? "application/octet-stream" });
    createReadStream(path).pipe(response);
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  site = `http://127.0.0.1:${server.address().port}`;
  browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"] });
});
after(async () => {
  await browser.close();
  server.closeAllConnections();
  server.close();
});

async function opened(path, { theme = "light", width = 1280, ...options } = {}) {
  const context = await browser.newContext({ reducedMotion: "reduce", viewport: { width, height: 900 }, ...options });
  await context.addInitScript((theme) => localStorage.setItem("mdbook-theme", theme), theme);
  const page = await context.newPage();
  const complaints = [];
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("request", (request) => request.url().startsWith(site) || request.url().startsWith("data:") || complaints.push(request.url()));
  page.on("response", (response) => response.ok() || complaints.push(`${response.status()} ${response.url()}`));
  await page.goto(`${site}/${path}`);
  return { page, complaints, close: () => context.close() };
}

// The first page on which there is such a thing.
async function withA(selector) {
  for (const path of PAGES) {
    const { page, complaints, close } = await opened(path);
    if (await page.locator(selector).count()) return { page, complaints, close, path };
    await close();
  }
  assert.fail(`no page has ${selector}`);
}

const overflow = (page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
const ids = (page) => page.evaluate(() => [...document.querySelectorAll("[id]")].map((element) => element.id));
const screenshot = async (page, name) => SCREENSHOTS && (await page.screenshot({ path: `${SCREENSHOTS}/${name}.png`, fullPage: true }));

assert.ok(PAGES.length > 10, `${BOOK} holds a book`);
for (const path of PAGES)
  for (const width of WIDTHS)
    for (const theme of THEMES)
      test(`${path} at ${width} pixels, ${theme}`, async () => {
        const { page, complaints, close } = await opened(path, { theme, width });
        await screenshot(page, `${path.replaceAll("/", "-").replace(".html", "")}-${width}-${theme}`);
        assert.equal(await page.locator("main h1").count(), 1, "a page has one title");
        assert.equal(await overflow(page), 0, "nothing is wider than the page");
        assert.ok(await page.evaluate((theme) => document.documentElement.classList.contains(theme), theme));
        const left = await page.locator("main").innerText();
        assert.ok(!left.replace(await page.locator("main code").allInnerTexts().then((all) => all.join("\n")), "").match(/^\{\{#/m), "no directive is left");
        assert.equal(await page.locator("figure.fl:not(.fl-live)").count(), 0, "every picture has its player");
        assert.equal(await page.locator(".quiz-question").count(), await page.locator(".quiz-check").count(), "every question has its button");
        const all = await ids(page);
        assert.equal(new Set(all).size, all.length, `ids are used once: ${all.filter((id, at) => all.indexOf(id) !== at)}`);
        assert.deepEqual(complaints, []);
        await close();
      });

test("every link leads to a page and to a place on it", async () => {
  const places = new Map(), links = [];
  for (const path of [...PAGES, "print.html"]) {
    const { page, close } = await opened(path, { javaScriptEnabled: false });
    places.set(path, new Set(await ids(page)));
    const found = await page.locator("main a[href]").evaluateAll((all) => all.map((link) => link.href));
    links.push(...found.filter((link) => link.startsWith(site)).map((link) => [path, decodeURIComponent(link.slice(site.length + 1))]));
    await close();
  }
  const dead = links.filter(([, link]) => {
    const [path, place] = link.split("#");
    return places.has(path) ? place && !places.get(path).has(place) : !existsSync(join(BOOK, path));
  });
  assert.deepEqual(dead, []);
});

test("a quiz is answered with the mouse", async () => {
  const { page, complaints, close } = await withA(".quiz-question input[type=radio]");
  const question = page.locator(".quiz-question", { has: page.locator("input[type=radio]") }).first();
  const status = question.locator(".quiz-status");
  await question.locator(".quiz-check").click();
  assert.match(await status.innerText(), /Choose an answer first/);
  await question.locator("label", { has: page.locator("input[data-right=no]") }).first().click();
  await question.locator(".quiz-check").click();
  assert.match(await status.innerText(), /Not right[^]*is wrong/);
  assert.equal(await question.locator("details.quiz-answer[open]").count(), 0);
  await question.locator("label", { has: page.locator("input[data-right=yes]") }).first().click();
  await question.locator(".quiz-check").click();
  assert.match(await status.innerText(), /Right\./);
  assert.equal(await question.locator("details.quiz-answer[open]").count(), 1);
  await screenshot(page, "quiz-answered");
  assert.deepEqual(complaints, []);
  await close();
});

test("a quiz is answered with the keyboard, which turns no page", async () => {
  const { page, path, close } = await withA(".quiz-question input[type=radio]");
  const question = page.locator(".quiz-question", { has: page.locator("input[type=radio]") }).first();
  const status = question.locator(".quiz-status");
  await question.locator("input").first().focus();
  await page.keyboard.press("Space");
  const choices = await question.locator("input").count();
  for (let choice = 0; choice < choices; choice++) {
    await page.keyboard.press("Enter");
    if ((await status.innerText()).includes("✓")) break;
    await page.keyboard.press("ArrowRight");
  }
  assert.match(await status.innerText(), /✓ Right\./);
  assert.equal(page.url(), `${site}/${path}`);
  await close();
});

test("a picture is stepped through with the keyboard, which turns no page", async () => {
  const { page, complaints, path, close } = await withA("figure.fl");
  const figure = page.locator("figure.fl").first();
  const at = async () => Number(await figure.getAttribute("data-at"));
  await figure.locator(".fl-stage").focus();
  for (let step = 0; step < 3; step++) await page.keyboard.press("ArrowRight");
  assert.equal(await at(), 2);
  const said = await figure.locator(".fl-now").innerText();
  assert.equal(said, await figure.locator(".fl-list li").nth(2).evaluate((item) => item.textContent));
  await screenshot(page, "picture-stepped");
  await page.keyboard.press("ArrowLeft");
  assert.equal(await at(), 1);
  await page.keyboard.press("End");
  assert.equal(await at(), (await figure.locator(".fl-list li").count()) - 1);
  await page.keyboard.press("Home");
  assert.equal(await at(), -1);
  assert.equal(page.url(), `${site}/${path}`);
  assert.deepEqual(complaints, []);
  await close();
});

test("a picture is stepped through with the mouse", async () => {
  const { page, close } = await withA("figure.fl");
  const figure = page.locator("figure.fl").first();
  const buttons = figure.locator(".fl-bar button");
  const names = await buttons.evaluateAll((all) => all.map((button) => button.title || button.ariaLabel || button.textContent));
  const next = names.findIndex((name) => /next|forward|▶$/i.test(name));
  assert.ok(next >= 0, names.join(", "));
  await buttons.nth(next).click();
  assert.equal(await figure.getAttribute("data-at"), "0");
  await close();
});

test("search finds a word", async () => {
  const { page, complaints, close } = await opened("welcome.html");
  await page.keyboard.press("s");
  await page.locator("#mdbook-searchbar").pressSequentially("quorum");
  const results = page.locator("#mdbook-searchresults a");
  await results.first().waitFor();
  assert.ok((await results.evaluateAll((all) => all.map((link) => link.href))).some((link) => link.includes("glossary.html")));
  assert.deepEqual(complaints, []);
  await close();
});

test("the page that is printed has every chapter", async () => {
  const titles = [];
  for (const path of PAGES) {
    const { page, close } = await opened(path, { javaScriptEnabled: false });
    titles.push(await page.locator("main h1").innerText());
    await close();
  }
  const { page, complaints, close } = await opened("print.html");
  await page.emulateMedia({ media: "print" });
  const printed = await page.locator("main h1").allInnerTexts();
  assert.deepEqual(titles.filter((title) => !printed.includes(title)), []);
  const all = await ids(page);
  assert.deepEqual(all.filter((id, at) => all.indexOf(id) !== at), [], "ids are used once");
  assert.ok(await page.locator("figure.fl svg").first().isVisible());
  assert.equal(await page.locator(".fl-bar >> visible=true").count(), 0, "nobody can press a printed button");
  assert.deepEqual(complaints.filter((text) => !text.includes("print")), []);
  await close();
});

test("without JavaScript answers and pictures are there", async () => {
  const quiz = await withA(".quiz-question");
  await quiz.close();
  const { page, close } = await opened(quiz.path, { javaScriptEnabled: false });
  const answer = page.locator("details.quiz-answer").first();
  await answer.locator("summary").click();
  assert.ok(await answer.locator("p").first().isVisible());
  await close();
  const picture = await withA("figure.fl");
  await picture.close();
  const second = await opened(picture.path, { javaScriptEnabled: false });
  assert.ok(await second.page.locator("figure.fl svg").first().isVisible());
  await second.close();
});
