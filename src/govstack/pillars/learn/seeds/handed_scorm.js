/* Tells a learning site by SCORM 2004 how far its learner is. */
window.told = (function () {
  var win = window, api = null, tries = 0;
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
  return {
    done: function () { if (api) { api.SetValue("cmi.completion_status", "completed"); api.Commit(""); } },
    left: function () { if (api) { api.SetValue("cmi.exit", "suspend"); api.Terminate(""); } }
  };
})();
