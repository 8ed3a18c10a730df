/* Tells a learning site by SCORM 2004 how far its learner is, what they answered, and with which result. */
window.told = (function () {
  var win = window, api = null, tries = 0, how = "suspend";
  var KINDS = {choice: "choice", multiple: "choice", text: "fill-in", match: "matching", order: "sequencing"};
  while (win && !api && tries < 20) {
    api = win.API_1484_11 || null;
    if (win === win.parent) { break; }
    win = win.parent;
    tries += 1;
  }
  if (api) {
    api.Initialize("");
    if (api.GetValue("cmi.completion_status") !== "completed") { api.SetValue("cmi.completion_status", "incomplete"); }
  }
  // Patterns of the run-time environment: [,] stands between answers, [.] within a pair.
  function pattern(kind, answer) {
    return kind === "match" ? answer.map(function (one) { return one.replace(" ", "[.]"); }).join("[,]") : answer.join("[,]");
  }
  function score(result) {
    api.SetValue("cmi.score.min", "0");
    api.SetValue("cmi.score.max", String(result.max));
    api.SetValue("cmi.score.raw", String(result.raw));
    api.SetValue("cmi.score.scaled", String(result.scaled));
  }
  function tell(result) {
    var before = Number(api.GetValue("cmi.interactions._count")) || 0;
    result.answers.forEach(function (one, place) {
      var at = "cmi.interactions." + (before + place) + ".";
      api.SetValue(at + "id", one.id);
      api.SetValue(at + "type", KINDS[one.kind]);
      api.SetValue(at + "correct_responses.0.pattern", pattern(one.kind, one.kind === "text" ? one.right.slice(0, 1) : one.right));
      api.SetValue(at + "learner_response", pattern(one.kind, one.given));
      api.SetValue(at + "result", one.correct ? "correct" : "incorrect");
    });
  }
  function done() { api.SetValue("cmi.completion_status", "completed"); api.Commit(""); }
  return {
    mastery: function (share) {
      var asked = api ? parseFloat(api.GetValue("cmi.scaled_passing_score")) : NaN;
      return isNaN(asked) ? share : asked;
    },
    answered: function (result, right) {
      if (!api) { return; }
      tell(result);
      score(result);
      if (right) { done(); } else { api.Commit(""); }
    },
    judged: function (result, passed) {
      if (!api) { return; }
      tell(result);
      // Whoever passed before has passed, whatever they try after that; the attempt ends with its result.
      if (passed || api.GetValue("cmi.success_status") !== "passed") {
        score(result);
        api.SetValue("cmi.success_status", passed ? "passed" : "failed");
      }
      how = "normal";
      done();
    },
    done: function () { if (api) { done(); } },
    left: function () { if (api) { api.SetValue("cmi.exit", how); api.Terminate(""); } }
  };
})();
