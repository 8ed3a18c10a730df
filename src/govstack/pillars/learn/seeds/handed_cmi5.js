/* Tells a learning site by cmi5 how far its learner is: initialized, completed and terminated, one after another. */
window.told = (function () {
  var asked = new URLSearchParams(location.search), endpoint = asked.get("endpoint"), began = Date.now();
  if (!endpoint || !asked.get("fetch")) { return {done: function () {}, left: function () {}}; }
  var CMI5 = "https://w3id.org/xapi/cmi5/context/categories/", VERBS = "http://adlnet.gov/expapi/verbs/";
  var token = "", launch = {}, over = false;
  // The credential is handed out once; a page that is loaded again goes on with the one it has, where it may keep one.
  function kept(value) {
    try {
      if (value) { sessionStorage.setItem(asked.get("fetch"), value); }
      return sessionStorage.getItem(asked.get("fetch")) || value || "";
    } catch (error) { return value || ""; }
  }
  function head() {
    return {"Authorization": "Basic " + token, "X-Experience-API-Version": "1.0.3", "Content-Type": "application/json"};
  }
  function begin() {
    token = kept("");
    var known = token ? Promise.resolve() : fetch(asked.get("fetch"), {method: "POST"}).then(function (answer) {
      return answer.json();
    }).then(function (given) {
      token = kept(given["auth-token"]);
    });
    return known.then(function () {
      var where = new URLSearchParams({activityId: asked.get("activityId"), agent: asked.get("actor"),
        registration: asked.get("registration"), stateId: "LMS.LaunchData"});
      return fetch(endpoint.replace(/\/?$/, "/") + "activities/state?" + where, {headers: head()});
    }).then(function (answer) {
      return answer.json();
    }).then(function (data) {
      launch = data;
      return say("initialized");
    });
  }
  function say(verb, result) {
    var context = JSON.parse(JSON.stringify(launch.contextTemplate || {})), above = context.contextActivities || {};
    context.registration = asked.get("registration");
    above.category = (above.category || []).concat([{id: CMI5 + "cmi5"}], verb === "completed" ? [{id: CMI5 + "moveon"}] : []);
    context.contextActivities = above;
    var statement = {actor: JSON.parse(asked.get("actor")), verb: {id: VERBS + verb, display: {en: verb}},
      object: {id: asked.get("activityId")}, context: context, timestamp: new Date().toISOString()};
    if (result) { statement.result = result; }
    return fetch(endpoint.replace(/\/?$/, "/") + "statements", {method: "POST", keepalive: true, headers: head(),
      body: JSON.stringify(statement)});
  }
  function lasted() { return "PT" + Math.max(1, Math.round((Date.now() - began) / 1000)) + "S"; }
  var turn = begin().catch(function () { over = true; });
  // Browsers may drop what is sent while a page is left, so whoever is done ends the session, and is led back.
  return {
    done: function (leads) {
      turn = turn.then(function () {
        if (over) { return; }
        over = true;
        var counts = !launch.launchMode || launch.launchMode === "Normal";
        var first = counts ? say("completed", {completion: true, duration: lasted()}) : Promise.resolve();
        return first.then(function () {
          return say("terminated", {duration: lasted()});
        }).then(function () {
          if (leads && /^https?:/.test(launch.returnURL || "")) { location.href = launch.returnURL; }
        });
      });
    },
    left: function () {
      if (over || !launch.contextTemplate) { return; }
      over = true;
      say("terminated", {duration: lasted()});
    }
  };
})();
