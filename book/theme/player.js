// Moves a cursor through the figures of a page and shows what every node knew at it. Figures can be read without this.
(() => {
  "use strict";

  const FORMAT = 1;
  const PACE = 900; // milliseconds from one event to the next while playing

  function make(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  }

  // `NodeId(1),` changes as a whole, and so does a string.
  const words = (text) => text.match(/[\p{L}\p{N}_]+\([^()\s]*\),?|"(?:[^"\\\n]|\\.)*"|[\p{L}\p{N}_]+|\s+|[^\p{L}\p{N}_\s]/gu) || [];

  // The parts of `now`, each with whether it is new, and what is gone from `before` where nothing took its place.
  function changes(before, now) {
    const a = words(before), b = words(now);
    let start = 0, end = 0;
    while (start < a.length && start < b.length && a[start] === b[start]) start++;
    while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
    const x = a.slice(start, a.length - end), y = b.slice(start, b.length - end);
    const parts = [["same", b.slice(0, start).join("")]];
    if (x.length * y.length > 400000) {
      parts.push(["new", y.join("")]);
    } else {
      const longest = Array.from({ length: x.length + 1 }, () => new Uint16Array(y.length + 1));
      for (let i = x.length - 1; i >= 0; i--)
        for (let j = y.length - 1; j >= 0; j--)
          longest[i][j] = x[i] === y[j] ? longest[i + 1][j + 1] + 1 : Math.max(longest[i + 1][j], longest[i][j + 1]);
      let i = 0, j = 0;
      while (i < x.length || j < y.length) {
        if (i < x.length && j < y.length && x[i] === y[j]) {
          parts.push(["same", y[j]]);
          i++, j++;
        } else if (j < y.length && (i === x.length || longest[i][j + 1] >= longest[i + 1][j])) parts.push(["new", y[j++]]);
        else parts.push(["gone", x[i++]]);
      }
    }
    parts.push(["same", end ? b.slice(b.length - end).join("") : ""]);
    const joined = [];
    for (const [kind, text] of parts) {
      const last = joined[joined.length - 1];
      if (last && (last[0] === kind || (kind === "same" && last[0] === "new" && !text.trim() && text.length < 2))) last[1] += text;
      else if (text) joined.push([kind, text]);
    }
    return joined.filter(([kind], k) => kind !== "gone" || ![joined[k - 1], joined[k + 1]].some((near) => near && near[0] === "new"));
  }

  function marked(before, now) {
    if (before === null || before === now) return [now];
    return changes(before, now).flatMap(([kind, text]) => {
      if (kind === "same") return text;
      if (kind === "gone") return text.trim() ? make("del", {}, text.trim()) : "";
      // Not the indentation.
      return text.split(/(\s*\n\s*)/).map((part) => (part.trim() ? make("mark", {}, part) : part));
    });
  }

  class Player {
    constructor(figure) {
      this.figure = figure;
      this.data = JSON.parse(figure.querySelector(".fl-data").textContent);
      if (this.data.format !== FORMAT) return;
      this.at = -1;
      this.timer = null;
      this.stage = figure.querySelector(".fl-stage");
      this.body = figure.querySelector(".fl-body");
      this.cursor = figure.querySelector(".fl-cursor");
      this.now = figure.querySelector(".fl-now");
      this.sentences = [...figure.querySelectorAll(".fl-list li")];
      this.calls = [...figure.querySelectorAll(".fl-calls tbody tr")];
      this.messages = new Map(this.data.messages.map(([index, ...rest]) => [index, rest]));
      this.marks = this.data.rows.map(() => []);
      for (const element of figure.querySelectorAll("[data-row]")) this.marks[element.dataset.row].push(element);
      this.controls();
      this.panel();
      this.listen();
      figure.classList.add("fl-live");
      this.go(-1);
    }

    get last() {
      return this.data.rows.length - 1;
    }

    controls() {
      const button = (text, name, act) => {
        const element = make("button", { type: "button", "aria-label": name, title: name }, text);
        element.addEventListener("click", act);
        return element;
      };
      const step = (by) => () => (this.stop(), this.go(this.at + by));
      this.play = button("Play", "Play (space)", () => this.toggle());
      this.slider = make("input", { type: "range", min: -1, max: this.last, value: -1, "aria-label": "Event" });
      this.slider.addEventListener("input", () => (this.stop(), this.go(Number(this.slider.value))));
      this.count = make("span", { class: "fl-count" });
      const bar = make(
        "div",
        { class: "fl-bar", role: "toolbar", "aria-label": "Step through the run" },
        button("|◀", "To the start (Home)", () => (this.stop(), this.go(-1))),
        button("◀", "Back (←)", step(-1)),
        this.play,
        button("▶", "Forward (→)", step(1)),
        button("▶|", "To the end (End)", () => (this.stop(), this.go(this.last))),
      );
      if (this.data.violation !== null) {
        const jump = button("✗ broken promise", "To the broken promise (v)", () => (this.stop(), this.go(this.data.violation)));
        jump.className = "fl-jump";
        bar.append(jump);
      }
      bar.append(this.slider, this.count);
      this.stage.before(bar, this.now);
      this.stage.after(make("p", { class: "fl-keys" }, "← → step · Home End · space plays" + (this.data.violation === null ? "" : " · v: where the promise breaks")));
    }

    panel() {
      const side = this.figure.querySelector(".fl-side");
      this.link = make("h4");
      this.contents = make("pre", { tabindex: "0", "aria-label": "Contents of the message" });
      this.message = make("section", { class: "fl-message-box" }, this.link, this.contents);
      const cards = make("div", { class: "fl-nodes" });
      this.cards = this.data.nodes.filter((node) => !node.idle).map((node) => {
        const status = make("span", { class: "fl-status" });
        const state = make("pre", { tabindex: "0", "aria-label": `State of ${node.name}` });
        const disk = make("div", { class: "fl-disk" });
        const card = make("section", { class: "fl-node", "data-node": node.name }, make("h4", {}, node.name, " ", status), state, disk);
        cards.append(card);
        return { node, card, status, state, disk };
      });
      side.append(this.message, cards);
    }

    listen() {
      this.figure.addEventListener("click", (event) => {
        const row = event.target.closest("[data-row]");
        if (row) {
          this.stop();
          this.go(Number(row.dataset.row));
          this.stage.focus({ preventScroll: true });
        }
      });
      this.figure.addEventListener("keydown", (event) => this.key(event, true));
      // Alone on its page, a figure also hears the keys that scroll nothing.
      if (document.body.classList.contains("fl-page"))
        document.addEventListener("keydown", (event) => {
          if (event.target === document.body) this.key(event, false);
        });
    }

    key(event, inside) {
      if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return;
      const target = event.target.closest("button, summary, a, pre");
      const moves = { ArrowRight: this.at + 1, ArrowLeft: this.at - 1 };
      if (inside && !target?.matches("pre")) Object.assign(moves, { ArrowDown: this.at + 1, ArrowUp: this.at - 1, Home: -1, End: this.last });
      if (event.key in moves) {
        this.stop();
        this.go(moves[event.key]);
      } else if (event.key === "v" && this.data.violation !== null) {
        this.stop();
        this.go(this.data.violation);
      } else if (event.key === " " && inside && !target) this.toggle();
      else return;
      // A book turns its pages with the same keys.
      event.preventDefault();
      event.stopPropagation();
    }

    toggle() {
      if (this.timer !== null) return this.stop();
      if (this.at >= this.last) this.go(-1);
      this.play.textContent = "Pause";
      this.figure.classList.add("fl-playing");
      this.timer = setInterval(() => {
        this.go(this.at + 1);
        if (this.at >= this.last) this.stop();
      }, PACE);
    }

    stop() {
      if (this.timer === null) return;
      clearInterval(this.timer);
      this.timer = null;
      this.play.textContent = "Play";
      this.figure.classList.remove("fl-playing");
    }

    go(row) {
      const next = Math.max(-1, Math.min(this.last, row));
      for (const element of this.marks[this.at] || []) element.classList.remove("fl-at");
      this.sentences[this.at]?.removeAttribute("aria-current");
      this.at = next;
      this.figure.dataset.at = next;
      for (const element of this.marks[next] || []) element.classList.add("fl-at");
      this.sentences[next]?.setAttribute("aria-current", "step");
      this.slider.value = next;
      const sentence = next < 0 ? "before the first event" : this.sentences[next].textContent;
      this.slider.setAttribute("aria-valuetext", sentence);
      this.now.textContent = sentence;
      this.now.classList.toggle("fl-is-broken", next === this.data.violation);
      this.count.textContent = `${next + 1} / ${this.last + 1}`;
      this.cursor.style.visibility = next < 0 ? "hidden" : "visible";
      if (next >= 0) this.cursor.setAttribute("y", this.data.rows[next][0] - this.cursor.getAttribute("height") / 2);
      this.scroll();
      this.tell();
      this.cards.forEach((card) => this.show(card));
      this.reveal();
      this.calls.forEach((line, index) => {
        const [begins, ends] = this.data.calls[index];
        line.classList.toggle("fl-is-open", begins <= next && (ends === null || next <= ends));
        line.classList.toggle("fl-is-ahead", begins > next);
      });
    }

    // Brings the row into sight, within the stage alone: the page stays where it is.
    scroll() {
      const stage = this.stage, view = stage.getBoundingClientRect();
      if (this.at < 0) {
        stage.scrollTop = 0;
        return;
      }
      // Where it will be: it may still be on its way there.
      const middle = this.body.getBoundingClientRect().top + this.data.rows[this.at][0];
      const above = view.top + 84 - middle, below = middle + 40 - view.bottom;
      if (above > 0) stage.scrollTop -= above;
      else if (below > 0) stage.scrollTop += below;
      const mark = this.marks[this.at].find((element) => element.matches(".fl-mark"))?.getBoundingClientRect();
      if (!mark) return;
      if (mark.left < view.left + 8) stage.scrollLeft -= view.left + 8 - mark.left;
      else if (mark.right > view.right - 8) stage.scrollLeft += Math.min(mark.right - view.right + 8, mark.left - view.left - 8);
    }

    // Brings the node that acts into sight, where the states of all have a scroll bar of their own.
    reveal() {
      const side = this.figure.querySelector(".fl-side"), acts = side.querySelector(".fl-acts");
      if (!acts || side.scrollHeight <= side.clientHeight) return;
      const view = side.getBoundingClientRect(), box = acts.getBoundingClientRect();
      if (box.bottom > view.bottom) side.scrollTop += Math.min(box.bottom - view.bottom + 8, box.top - view.top);
      if (box.top < view.top) side.scrollTop -= view.top - box.top + 8;
    }

    tell() {
      const index = this.at < 0 ? null : this.data.rows[this.at][1];
      const message = index === null ? null : this.messages.get(index);
      this.message.classList.toggle("fl-empty", !message);
      this.link.textContent = message ? `${message[0]} → ${message[1]}` : "no message here";
      this.contents.textContent = message ? message[2] : "";
    }

    show({ node, card, status, state, disk }) {
      let index = -1;
      while (index + 1 < node.steps.length && node.steps[index + 1][0] <= this.at) index++;
      const [row, condition, number, entries] = node.steps[Math.max(index, 0)];
      const before = row === this.at && index > 0 ? node.steps[index - 1] : null;
      card.classList.toggle("fl-acts", row === this.at && this.at >= 0);
      card.dataset.status = condition;
      status.textContent = { up: "", down: "down", paused: "stands still" }[condition];
      const text = (step) => (step === null || step[2] === null ? null : this.data.states[step[2]]);
      if (condition === "down") state.replaceChildren("(memory gone)");
      else if (number === null) state.replaceChildren("(not recorded)");
      else state.replaceChildren(...marked(text(before), this.data.states[number]));
      disk.replaceChildren();
      const old = new Map((before ? before[3] : entries).map((entry) => [entry[0], entry]));
      const lines = entries.map(([key, value, safe]) => {
        const was = old.get(key);
        old.delete(key);
        const same = was && was[1] === value && was[2] === safe;
        const line = make("li", {}, `${key} ${value === null ? "removed" : "= " + value}`);
        if (!safe) line.append(" ", make("em", {}, "not synced"));
        if (!same) line.classList.add("fl-new");
        return line;
      });
      if (before) for (const key of old.keys()) lines.push(make("li", { class: "fl-lost" }, `${key} lost`));
      if (lines.length) disk.append(make("p", { class: "fl-disk-title" }, "disk"), make("ul", {}, ...lines));
    }
  }

  function start() {
    for (const figure of document.querySelectorAll("figure.fl:not(.fl-live)")) new Player(figure);
  }
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
