/* Plays H5P content, and tells through the API of SCORM 2004 how far the learner is: score, success, completion, and
   the state from which the content goes on the next time. */
(function () {
  "use strict";
  // Content apart from everything else has no storage of its own; some of it asks for one all the same.
  try { window.localStorage.length; } catch (error) {
    var kept = {};
    Object.defineProperty(window, "localStorage", {value: {
      getItem: function (name) { return Object.prototype.hasOwnProperty.call(kept, name) ? kept[name] : null; },
      setItem: function (name, value) { kept[name] = String(value); },
      removeItem: function (name) { delete kept[name]; }
    }});
  }
  var STATE_SECONDS = 10, api = window.API_1484_11, last = api.Initialize("") === "true" ? api.GetValue("cmi.suspend_data") : "";
  function main() { return window.H5P.instances && window.H5P.instances[0]; }
  function keep() {
    var one = main(), state = one && one.getCurrentState ? one.getCurrentState() : undefined;
    var text = state === undefined || state === null ? "" : JSON.stringify(state);
    if (text && text !== last && api.SetValue("cmi.suspend_data", text) === "true") { last = text; api.Commit(""); }
  }
  function told(event) {
    var statement = event.data && event.data.statement, result = statement && statement.result;
    var parents = statement && statement.context && statement.context.contextActivities && statement.context.contextActivities.parent;
    if (!result || (parents && parents.length)) { return; }
    var score = result.score || {};
    if (typeof score.scaled === "number" && isFinite(score.scaled)) { api.SetValue("cmi.score.scaled", score.scaled); }
    if (typeof result.success === "boolean") { api.SetValue("cmi.success_status", result.success ? "passed" : "failed"); }
    if (result.completion === true || /\/(completed|passed|failed)$/.test(statement.verb.id)) {
      api.SetValue("cmi.completion_status", "completed");
    }
    api.Commit("");
    keep();
  }
  var options = {
    h5pJsonPath: "../..", frameJs: "frame.bundle.js", frameCss: "styles/h5p.css", embedType: "div",
    frame: true, copyright: true, fullScreen: true, icon: false, saveFreq: STATE_SECONDS
  };
  if (last) { options.contentUserData = [{state: last}]; }
  new window.H5PStandalone.H5P(document.getElementById("content"), options).then(function () {
    window.H5P.externalDispatcher.on("xAPI", told);
    setInterval(keep, STATE_SECONDS * 1000);
    window.addEventListener("pagehide", function () { keep(); api.Terminate(""); });
  });
})();
