// Looks at pictures in Chromium, as readers do: at two widths, in light and dark, with the keyboard, and without
// JavaScript. `run` draws them first.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const { CHROMIUM, PICTURES, SCREENSHOTS } = process.env;
const WIDTHS = [1280, 400];
const THEMES = ["light", "dark"];

// What must be drawn in each, how often, and a step: at this sentence, this node shows this.
const STORIES = {
  loss: { drawn: { ".fl-gone": 1, ".fl-cross": 1 }, said: "lost", step: ["is lost", "stub-a", /waiting: Some/] },
  duplicate: { drawn: { ".fl-arrow.fl-copy": 1 }, said: "again", step: ["again", "server", /total: 2/] },
  delay: { drawn: { ".fl-arrow.fl-late": 1 }, said: "5 ms late", step: ["5 ms late", "n1", /newest: Some\(1\)/] },
  "late-copy": { drawn: { ".fl-arrow.fl-copy": 1 }, said: "again", step: ["again", "n1", /value: 2/] },
  partition: { drawn: { ".fl-wall": 1, ".fl-gone": 2, ".fl-divider": 3 }, said: "cut", step: ["stopped by a partition", "server", /total: 0/] },
  "one-way": { drawn: { ".fl-one-way": 1, ".fl-teeth": 1, ".fl-gone": 1 }, said: "cut one way: n0", step: ["stopped", "n1", /newest: None/] },
  crash: { drawn: { ".fl-down": 1, ".fl-crash": 1 }, said: "crash, loses x", step: ["crashes", "n1", /memory gone/] },
  "crash-and-restart": { drawn: { ".fl-down": 1, ".fl-gone": 5 }, said: "down", step: ["starts again", "n1", /copy: \{\}/] },
  pause: { drawn: { ".fl-paused": 1 }, said: "stands still", step: ["stands still", "worker-a", /stands still[^]*holds: true/] },
  skew: { drawn: { ".fl-skewed": 1 }, said: "clock 19.0% fast", step: ["worker-b: may work now", "worker-b", /holds: true/] },
  storm: { drawn: { ".fl-arrow": 10 }, said: "22 messages were sent", step: ["timer", "n0", /waiting/] },
  "five-nodes": { drawn: { ".fl-arrow": 30 }, said: "Rumour", step: ["n4 receives", "n4", /heard: \{ 0/] },
  "seven-nodes": { drawn: { ".fl-arrow": 200 }, said: "Rumour", step: ["n6 receives", "n6", /heard: \{ 0/] },
};

let browser;
before(async () => {
  browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"] });
});
after(() => browser.close());

async function opened(name, options) {
  const context = await browser.newContext({ reducedMotion: "reduce", ...options });
  const page = await context.newPage();
  const complaints = [];
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("request", (request) => request.url().startsWith("http") && complaints.push(request.url()));
  await page.goto(pathToFileURL(`${PICTURES}/${name}.html`).href);
  return { page, complaints, close: () => context.close() };
}

const place = (page) => page.locator("figure.fl").first().getAttribute("data-at").then(Number);

const overflow = (page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

// Letters that cover each other, and letters that are hard to read on what is behind them.
function eyesore() {
  const found = [];
  for (const picture of document.querySelectorAll(".fl-body")) {
    const texts = [...picture.querySelectorAll("text")].map((text) => [text.textContent, text.getBoundingClientRect()]);
    for (const [index, [words, a]] of texts.entries())
      for (const [others, b] of texts.slice(index + 1))
        // Lines are a little higher than letters.
        if (a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 3 && b.top < a.bottom - 3) found.push(`${words} / ${others}`);
  }
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgb = (color) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = (color) => {
    const [r, g, b] = rgb(color).map((value) => (value /= 255) <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (a, b) => (Math.max(light(a), light(b)) + 0.05) / (Math.min(light(a), light(b)) + 0.05);
  const style = getComputedStyle(document.querySelector(".fl"));
  const value = (name) => style.getPropertyValue(name).trim();
  for (const ink of ["ink", "quiet", "blue", "green", "red", "brown", "violet"])
    for (const ground of ["ground", "at", "broken"]) {
      const [front, back] = [value(`--fl-${ink}`), value(`--fl-${ground}`)];
      if (contrast(front, back) < 4.5) found.push(`${ink} on ${ground}: ${contrast(front, back).toFixed(2)}`);
    }
  return found;
}

for (const [name, story] of Object.entries(STORIES)) {
  for (const width of WIDTHS)
    for (const colorScheme of THEMES)
      test(`${name} at ${width} pixels, ${colorScheme}`, async () => {
        const { page, complaints, close } = await opened(name, { viewport: { width, height: 900 }, colorScheme });
        assert.equal(await overflow(page), 0, "nothing is wider than the page");
        for (const [selector, least] of Object.entries(story.drawn)) {
          const count = await page.locator(`.fl-body ${selector}`).count();
          assert.ok(count >= least, `${selector}: ${count} of ${least}`);
        }
        const drawn = await page.locator(".fl-head text, .fl-body text").allTextContents();
        assert.ok(drawn.some((text) => text.includes(story.said)), drawn.join("\n"));
        assert.deepEqual(await page.evaluate(eyesore), []);

        // Every step: what is said, where the cursor is, and that it can be seen.
        const sentences = await page.locator(".fl-list li").allTextContents();
        const rows = await page.evaluate(() => JSON.parse(document.querySelector(".fl-data").textContent).rows);
        assert.equal(await place(page), -1);
        const [sentence, node, shows] = story.step;
        const wanted = sentences.findIndex((text) => text.includes(sentence));
        assert.ok(wanted >= 0, sentences.join("\n"));
        const steps = Math.min(sentences.length, Math.max(wanted + 2, 12));
        for (let row = 0; row < steps; row++) {
          await page.keyboard.press("ArrowRight");
          const seen = await page.evaluate(() => {
            const cursor = document.querySelector(".fl-cursor");
            const box = cursor.getBoundingClientRect(), view = document.querySelector(".fl-stage").getBoundingClientRect();
            const card = (card) => [card.dataset.node, card.textContent];
            return {
              at: Number(document.querySelector(".fl").dataset.at),
              now: document.querySelector(".fl-now").textContent,
              middle: Number(cursor.getAttribute("y")) + Number(cursor.getAttribute("height")) / 2,
              inSight: box.top >= view.top && box.bottom <= view.bottom + 1,
              cards: Object.fromEntries([...document.querySelectorAll(".fl-side .fl-node")].map(card)),
            };
          });
          assert.equal(seen.at, row);
          assert.equal(seen.now, sentences[row]);
          assert.equal(seen.middle, rows[row][0]);
          assert.ok(seen.inSight, `row ${row}`);
          if (row === wanted) assert.match(seen.cards[node], shows);
        }
        await page.keyboard.press("ArrowLeft");
        assert.equal(await place(page), steps - 2);

        await page.keyboard.press("v");
        assert.match(sentences[await place(page)], /the promise is broken/);
        assert.ok(await page.locator(".fl-now.fl-is-broken").isVisible());
        if (SCREENSHOTS) {
          for (let at = await place(page); at > wanted; at--) await page.keyboard.press("ArrowLeft");
          await page.screenshot({ path: `${SCREENSHOTS}/${name}-${width}-${colorScheme}.png`, fullPage: true });
        }
        assert.equal(await overflow(page), 0, "nor is it after stepping");
        assert.deepEqual(complaints, []);
        await close();
      });
}

test("keys, mouse, slider and play move the cursor", async () => {
  const { page, close } = await opened("crash", { viewport: { width: 1280, height: 900 } });
  const last = (await page.locator(".fl-list li").count()) - 1;
  const stage = page.locator(".fl-stage");
  await stage.focus();
  await page.keyboard.press("End");
  assert.equal(await place(page), last);
  await page.keyboard.press("ArrowDown");
  assert.equal(await place(page), last, "there is nothing after the end");
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowUp");
  assert.equal(await place(page), -1, "nor before the beginning");
  await page.keyboard.press("ArrowDown");
  assert.equal(await place(page), 0);
  await page.locator('.fl-hit').nth(5).click();
  assert.equal(await place(page), 5);
  await page.locator(".fl-bar input").focus();
  await page.keyboard.press("ArrowRight");
  assert.equal(await place(page), 6);
  await page.getByRole("button", { name: "To the start (Home)" }).click();
  assert.equal(await place(page), -1);
  await page.getByRole("button", { name: "Forward (→)" }).click();
  assert.equal(await place(page), 0);
  await page.getByRole("button", { name: "To the broken promise (v)" }).click();
  assert.equal(await place(page), last);

  await page.clock.install();
  await stage.focus();
  await page.keyboard.press("Space");
  await page.clock.runFor(2_000);
  assert.equal(await place(page), 1, "from the start, one event every 900 ms");
  await page.keyboard.press("Space");
  await page.clock.runFor(60_000);
  assert.equal(await place(page), 1, "it stands still");
  await page.keyboard.press("Space");
  await page.clock.runFor(60_000);
  assert.equal(await place(page), last);
  await close();
});

test("what changed is marked, what was not synced is said to be, and open calls are shown", async () => {
  const { page, close } = await opened("crash", { viewport: { width: 1280, height: 900 } });
  const card = page.locator('.fl-side [data-node="n1"]');
  const step = async (sentence) => {
    const sentences = await page.locator(".fl-list li").allTextContents();
    const row = sentences.findIndex((text) => text.includes(sentence));
    await page.locator(".fl-hit").nth(row).click();
  };
  await step("n1 receives");
  assert.ok((await card.locator("mark").allTextContents()).some((text) => text.includes('"x"')));
  assert.match(await page.locator(".fl-message-box").textContent(), /n0 → n1Copy \{ number: 1, key: "x", value: 1 \}/);
  assert.equal(await page.locator(".fl-is-open td").first().textContent(), "client 0");
  await step("n1: disk");
  assert.match(await card.locator(".fl-new").textContent(), /^x = .*not synced$/);
  await step("n1 crashes");
  assert.equal(await card.getAttribute("data-status"), "down");
  assert.equal(await card.locator(".fl-lost").textContent(), "x lost");
  await step("n1 starts again");
  assert.equal(await card.getAttribute("data-status"), "up");
  assert.equal(await page.locator(".fl-is-open").count(), 0);
  await close();
});

test("without JavaScript everything is there to read, and no dead button", async () => {
  const { page, complaints, close } = await opened("crash", { viewport: { width: 1280, height: 900 }, javaScriptEnabled: false });
  for (const words of ["n1 has no x at 6.001 ms", "Two faults and one operation are enough:", "cargo checker replay primary-backup"])
    assert.ok(await page.getByText(words).first().isVisible(), words);
  assert.equal(await page.locator("button").count(), 0);
  assert.equal(await page.locator(".fl-calls tbody tr").count(), 2);
  const height = await page.locator(".fl-stage").evaluate((stage) => stage.scrollHeight - stage.clientHeight);
  assert.equal(height, 0, "the whole diagram is shown");
  await page.getByText("Every node when the promise was seen to be broken").click();
  assert.ok(await page.locator(".fl-last pre").first().isVisible());
  assert.deepEqual(complaints, []);
  await close();
});

for (const theme of ["light", "navy"])
  test(`many figures live on one page of a book, ${theme}`, async () => {
    // The book's theme decides, not the system.
    const { page, complaints, close } = await opened(`book-${theme}`, { viewport: { width: 800, height: 900 }, colorScheme: theme === "light" ? "dark" : "light" });
    const figures = page.locator("figure.fl-live");
    assert.equal(await figures.count(), Object.keys(STORIES).length);
    const ids = await page.evaluate(() => [...document.querySelectorAll("[id]")].map((element) => element.id));
    assert.equal(new Set(ids).size, ids.length);
    await page.evaluate(() => {
      window.turned = 0;
      document.addEventListener("keydown", () => window.turned++);
    });
    await figures.nth(1).locator(".fl-stage").focus();
    await page.keyboard.press("ArrowRight");
    assert.equal(await figures.nth(1).getAttribute("data-at"), "0");
    assert.equal(await figures.nth(0).getAttribute("data-at"), "-1");
    assert.equal(await page.evaluate(() => window.turned), 0, "the book does not turn its page");
    await page.locator("body").evaluate((body) => document.activeElement.blur());
    await page.keyboard.press("ArrowRight");
    assert.equal(await page.evaluate(() => window.turned), 1, "outside of figures it does");
    assert.equal(await overflow(page), 0);
    assert.deepEqual(await page.evaluate(eyesore), []);
    assert.deepEqual(complaints, []);
    if (SCREENSHOTS) await page.screenshot({ path: `${SCREENSHOTS}/book-${theme}.png`, fullPage: true });
    await close();
  });

test("paper shows the diagram and no controls", async () => {
  const { page, close } = await opened("delay", { viewport: { width: 1280, height: 900 } });
  await page.emulateMedia({ media: "print" });
  for (const hidden of [".fl-bar", ".fl-side", ".fl-keys"]) assert.ok(!(await page.locator(hidden).isVisible()), hidden);
  assert.ok(await page.locator(".fl-body").isVisible());
  await close();
});
