/* A page is done when it was read to its end, and a quiz when it is answered right. */
(function () {
  var quiz = document.querySelector("form[data-quiz]"), button = document.querySelector("button[data-done]");
  if (button) { button.addEventListener("click", function () { window.told.done(true); button.disabled = true; }); }
  if (quiz) {
    quiz.addEventListener("submit", function (event) {
      event.preventDefault();
      var right = true;
      quiz.querySelectorAll("fieldset").forEach(function (asked) {
        var good = true;
        asked.querySelectorAll("input").forEach(function (box) {
          if (box.checked !== (box.dataset.right === "1")) { good = false; }
        });
        asked.querySelector("output").textContent = good ? "\u2713" : "\u2717";
        right = right && good;
      });
      if (right) { window.told.done(false); }
    });
  }
  window.addEventListener("pagehide", window.told.left);
})();
