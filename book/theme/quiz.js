// Checks the answers of a quiz on its page. Without it, the answers stand below the questions.
// Everything is in the page already: nothing is fetched, stored or sent.
(() => {
  "use strict";

  /// What counts of a written answer: the same as in the terminal.
  const clean = (text) => {
    const words = text.split(/\s+/u).filter((word) => word !== "").join(" ").toLowerCase();
    const sentence = words.endsWith(".") ? words.slice(0, -1) : words;
    for (const quote of ['"', "'", "`"]) {
      if (sentence.length > 1 && sentence.startsWith(quote) && sentence.endsWith(quote)) {
        return sentence.slice(1, -1).trim();
      }
    }
    return sentence;
  };

  /// What the page says about the wrong choice or answer at this place.
  const why = (question, place) => {
    const found = question.querySelector(`.quiz-whys [data-place="${place}"]`);
    return found ? found.cloneNode(true) : null;
  };

  const judgeChoices = (question, inputs) => {
    const wrong = inputs.filter((input) => input.checked && input.dataset.right === "no");
    const missed = inputs.filter((input) => !input.checked && input.dataset.right === "yes");
    for (const input of inputs) {
      const item = input.closest("li");
      item.classList.toggle("quiz-right", input.checked && input.dataset.right === "yes");
      item.classList.toggle("quiz-wrong", input.checked && input.dataset.right === "no");
    }
    if (!inputs.some((input) => input.checked)) return { verdict: "Choose an answer first.", whys: [] };
    if (wrong.length === 0 && missed.length === 0) return { right: true, verdict: "✓ Right.", whys: [] };
    const whys = wrong.map((input) => why(question, input.dataset.place));
    const verdict = wrong.length === 0 ? "✗ Not all of them. Try again, or open the answer."
      : "✗ Not right. Try again, or open the answer.";
    return { verdict, whys };
  };

  const judgeText = (question, input) => {
    const given = clean(input.value);
    if (given === "") return { verdict: "Write an answer first.", whys: [] };
    if (JSON.parse(input.dataset.right).includes(given)) return { right: true, verdict: "✓ Right.", whys: [] };
    const place = JSON.parse(input.dataset.expected).indexOf(given);
    const whys = place < 0 ? [] : [why(question, place)];
    return { verdict: "✗ Not right. Try again, or open the answer.", whys };
  };

  const prepare = (question) => {
    const inputs = [...question.querySelectorAll("input[data-place]")];
    const text = question.querySelector("input[type=text]");
    const status = document.createElement("div");
    status.className = "quiz-status";
    status.setAttribute("role", "status");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "quiz-check";
    button.textContent = "Check";
    const check = () => {
      const { right, verdict, whys } = text ? judgeText(question, text) : judgeChoices(question, inputs);
      const told = document.createElement("p");
      told.textContent = verdict;
      told.className = right ? "quiz-right" : "quiz-wrong";
      const list = document.createElement("ul");
      list.append(...whys.filter((item) => item !== null));
      status.replaceChildren(told, ...(list.children.length > 0 ? [list] : []));
      if (right) question.querySelector(".quiz-answer").open = true;
    };
    button.addEventListener("click", check);
    for (const input of text ? [text] : inputs) {
      input.addEventListener("keydown", (event) => {
        if (event.key !== "Enter") return;
        event.preventDefault();
        check();
      });
      // mdBook turns pages with the arrow keys, which choose here.
      input.addEventListener("keydown", (event) => event.stopPropagation());
    }
    question.querySelector("fieldset").append(button, status);
  };

  document.querySelectorAll(".quiz-question").forEach(prepare);
})();
