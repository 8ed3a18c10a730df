/* A page is done when it was read to its end, a quiz when it is answered right, a test when its answers were sent. */
(function () {
  var form = document.querySelector("form"), button = document.querySelector("button[data-done]");
  if (button) { button.addEventListener("click", function () { window.told.done(true); button.disabled = true; }); }

  function tidied(text) {
    var plain = text.replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\ud800-\udfff]/g, "");
    plain = plain.replace(/[\t\n\r\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/g, " ");
    return plain.replace(/^ | $/g, "");
  }

  function folded(text, asked) {
    var plain = tidied(text);
    return asked.caseMatters ? plain : Array.from(plain).map(lowered).join("");
  }

  // Full case folding: capitals of a letter may be two letters, and those in turn have small ones. A dotless i stays one.
  function lowered(letter) {
    if (letter === "\u0131") { return letter; }
    var small = letter.toUpperCase().toLowerCase().toUpperCase().toLowerCase();
    return small.replace(/\u03c2/g, "\u03c3");
  }

  // Answers are lists as the site that made this package keeps them: ids, pairs of ids, ids in order, or a text.
  function given(field, asked) {
    var chosen = Array.prototype.slice.call(field.querySelectorAll("select"));
    if (asked.kind === "text") {
      var words = tidied(field.querySelector("input").value);
      return words ? [words] : [];
    }
    if (asked.kind === "match") {
      return chosen.filter(function (one) { return one.value; }).map(function (one) {
        return one.dataset.option + " " + one.value;
      });
    }
    if (asked.kind === "order") {
      var placed = chosen.filter(function (one) { return one.value; });
      placed.sort(function (a, b) { return a.value - b.value; });
      var all = placed.every(function (one, at) { return Number(one.value) === at + 1; });
      return all && placed.length === chosen.length ? placed.map(function (one) { return one.dataset.option; }) : [];
    }
    return Array.prototype.slice.call(field.querySelectorAll("input:checked")).map(function (one) { return one.value; });
  }

  function worth(asked, answer) {
    if (!answer.length) { return 0; }
    if (asked.kind === "text") {
      return asked.right.some(function (one) { return folded(one, asked) === folded(answer[0], asked); }) ? 1 : 0;
    }
    if (asked.kind === "order") {
      var placed = asked.right.filter(function (one, at) { return answer[at] === one; }).length;
      return part(asked, placed, placed === asked.right.length);
    }
    function source(one) { return one.split(" ")[0]; }
    var sources = asked.right.map(source);
    var hits = answer.filter(function (one) { return asked.right.indexOf(one) >= 0; }).length;
    var strays = answer.filter(function (one) {
      return asked.kind === "match" ? sources.indexOf(source(one)) < 0 : asked.right.indexOf(one) < 0;
    }).length;
    return part(asked, hits - strays, answer.length === asked.right.length && hits === asked.right.length);
  }

  function part(asked, good, whole) {
    return asked.part ? Math.max(0, good / asked.right.length) : (whole ? 1 : 0);
  }

  if (form) {
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      var got = 0, most = 0, right = true, answers = [];
      form.querySelectorAll("fieldset").forEach(function (field) {
        var asked = JSON.parse(field.dataset.asked), answer = given(field, asked), share = worth(asked, answer);
        var told = field.querySelector("output"), said = field.querySelector("[data-feedback]");
        told.textContent = (share === 1 ? "\u2713 " : "\u2717 ") + (share === 1 ? told.dataset.right : told.dataset.wrong);
        if (said) { said.hidden = false; }
        got += share * asked.points;
        most += asked.points;
        right = right && share === 1;
        answers.push({id: asked.id, kind: asked.kind, right: asked.right, given: answer, correct: share === 1});
      });
      var result = {scaled: Math.round(10000 * got / most) / 10000, raw: got, max: most, answers: answers};
      if ("quiz" in form.dataset) {
        window.told.answered(result, right);
        return;
      }
      var line = form.querySelector("[data-result]"), passed = result.scaled >= window.told.mastery(Number(form.dataset.pass));
      line.textContent = (passed ? line.dataset.passed : line.dataset.failed) + " \u2013 " + Math.round(100 * result.scaled) + " %";
      form.querySelector("button").disabled = true;
      window.told.judged(result, passed);
    });
  }
  window.addEventListener("pagehide", window.told.left);
})();
