/* Tells a learning site by cmi5 how far its learner is: initialized, what was answered, passed or failed, completed and
   terminated, one after another. */
window.told = (function () {
  var asked = new URLSearchParams(location.search), endpoint = asked.get("endpoint"), began = Date.now();
  if (!endpoint || !asked.get("fetch")) {
    var none = function () {};
    return {done: none, left: none, answered: none, judged: none, mastery: function (share) { return share; }};
  }
  var CMI5 = "https://w3id.org/xapi/cmi5/context/categories/", VERBS = "http://adlnet.gov/expapi/verbs/";
  var MASTERY = "https://w3id.org/xapi/cmi5/context/extensions/masteryscore";
  var KINDS = {choice: "choice", multiple: "choice", text: "fill-in", match: "matching", order: "sequencing"};
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
  function say(verb, result, object) {
    var context = JSON.parse(JSON.stringify(launch.contextTemplate || {})), above = context.contextActivities || {};
    var moves = ["completed", "passed", "failed"].indexOf(verb) >= 0, judged = moves && verb !== "completed";
    context.registration = asked.get("registration");
    // What cmi5 only allows, such as an answer, is of no category of its own.
    if (!object) { above.category = (above.category || []).concat([{id: CMI5 + "cmi5"}], moves ? [{id: CMI5 + "moveon"}] : []); }
    context.contextActivities = above;
    if (judged && launch.masteryScore !== undefined) {
      context.extensions = context.extensions || {};
      context.extensions[MASTERY] = launch.masteryScore;
    }
    var statement = {actor: JSON.parse(asked.get("actor")), verb: {id: VERBS + verb, display: {en: verb}},
      object: object || {id: asked.get("activityId")}, context: context, timestamp: new Date().toISOString()};
    if (result) { statement.result = result; }
    return fetch(endpoint.replace(/\/?$/, "/") + "statements", {method: "POST", keepalive: true, headers: head(),
      body: JSON.stringify(statement)});
  }
  function lasted() { return "PT" + Math.max(1, Math.round((Date.now() - began) / 1000)) + "S"; }
  function pattern(kind, answer) {
    return kind === "match" ? answer.map(function (one) { return one.replace(" ", "[.]"); }).join("[,]") : answer.join("[,]");
  }
  function answers(result) {
    return result.answers.reduce(function (before, one) {
      return before.then(function () {
        var right = one.kind === "text" ? one.right.slice(0, 1) : one.right;
        return say("answered", {success: one.correct, response: pattern(one.kind, one.given)}, {
          id: asked.get("activityId") + "/questions/" + encodeURIComponent(one.id),
          definition: {type: "http://adlnet.gov/expapi/activities/cmi.interaction", interactionType: KINDS[one.kind],
            correctResponsesPattern: [pattern(one.kind, right)]}
        });
      });
    }, Promise.resolve());
  }
  function counts() { return !launch.launchMode || launch.launchMode === "Normal"; }
  function end(leads) {
    return say("terminated", {duration: lasted()}).then(function () {
      if (leads && /^https?:/.test(launch.returnURL || "")) { location.href = launch.returnURL; }
    });
  }
  var turn = begin().catch(function () { over = true; });
  // Browsers may drop what is sent while a page is left, so whoever is done ends the session, and is led back.
  return {
    mastery: function (share) { return launch.masteryScore === undefined ? share : launch.masteryScore; },
    answered: function (result, right) {
      turn = turn.then(function () { return over ? undefined : answers(result); });
      if (right) { this.done(false); }
    },
    judged: function (result, passed) {
      turn = turn.then(function () {
        if (over) { return; }
        over = true;
        var score = {scaled: result.scaled, raw: result.raw, min: 0, max: result.max};
        return answers(result).then(function () {
          if (!counts()) { return; }
          return say(passed ? "passed" : "failed", {score: score, success: passed, duration: lasted()}).then(function () {
            if (passed) { return say("completed", {completion: true, duration: lasted()}); }
          });
        }).then(function () { return end(false); });
      });
    },
    done: function (leads) {
      turn = turn.then(function () {
        if (over) { return; }
        over = true;
        var first = counts() ? say("completed", {completion: true, duration: lasted()}) : Promise.resolve();
        return first.then(function () { return end(leads); });
      });
    },
    left: function () {
      if (over || !launch.contextTemplate) { return; }
      over = true;
      say("terminated", {duration: lasted()});
    }
  };
})();
