/* What SCORM content finds as its API, in its own window. Everything it sets is sent at once, in order, and again until
   it has arrived; the server keeps each value and plays them all back the next time. */
(function (given) {
  "use strict";
  try {
    if (window.parent !== window && window.parent.API_1484_11) {
      window.API = window.parent.API;
      window.API_1484_11 = window.parent.API_1484_11;
      return;
    }
  } catch (error) { /* the window above is of another origin */ }
  var values = given.values, waiting = [], place = 0, busy = false, state = 0, last = "0";
  var READ_ONLY = /^cmi(\.core)?\.(student_id|student_name|learner_id|learner_name|credit|entry|total_time|lesson_mode|mode|launch_data|scaled_passing_score|completion_threshold|max_time_allowed|time_limit_action|_version)$|_(children|count|version)$|^cmi\.student_data\./;
  var WRITE_ONLY = /^cmi(\.core)?\.(exit|session_time)$/;
  function send() {
    if (busy || !waiting.length) { return; }
    busy = true;
    var part = waiting.slice(0, 100);
    fetch(given.target, {method: "POST", mode: "no-cors", keepalive: JSON.stringify(part).length < 60000, headers: {"content-type": "text/plain"}, body: JSON.stringify(part)})
      .then(function () { waiting.splice(0, part.length); busy = false; send(); })
      .catch(function () { busy = false; setTimeout(send, 2000); });
  }
  function flush() {
    if (waiting.length && navigator.sendBeacon) { navigator.sendBeacon(given.target, JSON.stringify(waiting)); }
  }
  function fail(code, answer) { last = code; return answer; }
  function start() {
    if (state === 1) { return fail(given.old ? "101" : "103", "false"); }
    state = 1;
    return fail("0", "true");
  }
  function end() {
    if (state !== 1) { return fail(given.old ? "301" : state ? "113" : "112", "false"); }
    state = 2;
    send();
    flush();
    return fail("0", "true");
  }
  function count(name) {
    var stem = name.slice(0, -6), most = -1;
    Object.keys(values).forEach(function (key) {
      var rest = key.indexOf(stem) === 0 ? parseInt(key.slice(stem.length), 10) : NaN;
      if (rest > most) { most = rest; }
    });
    return String(most + 1);
  }
  function get(name) {
    name = String(name);
    if (state !== 1) { return fail(given.old ? "301" : state ? "123" : "122", ""); }
    if (WRITE_ONLY.test(name)) { return fail(given.old ? "404" : "405", ""); }
    last = "0";
    if (/\._count$/.test(name)) { return count(name); }
    if (/\._children$/.test(name)) { return given.children[name] || ""; }
    if (!Object.prototype.hasOwnProperty.call(values, name)) { return fail(given.old ? "0" : "403", ""); }
    return String(values[name]);
  }
  function set(name, value) {
    name = String(name);
    value = String(value);
    if (state !== 1) { return fail(given.old ? "301" : state ? "133" : "132", "false"); }
    if (!/^cmi\.|^adl\./.test(name)) { return fail(given.old ? "201" : "401", "false"); }
    if (READ_ONLY.test(name)) { return fail(given.old ? "403" : "404", "false"); }
    if (value.length > given.most) { return fail(given.old ? "405" : "406", "false"); }
    values[name] = value;
    place += 1;
    waiting.push([place, name, value]);
    send();
    return fail("0", "true");
  }
  function commit() {
    if (state !== 1) { return fail(given.old ? "301" : state ? "143" : "142", "false"); }
    send();
    return fail("0", "true");
  }
  function code() { return last; }
  function words(number) { return String(number) === "0" ? "No error" : "Error " + number; }
  window.addEventListener("pagehide", flush);
  window.API = {LMSInitialize: start, LMSFinish: end, LMSGetValue: get, LMSSetValue: set, LMSCommit: commit, LMSGetLastError: code, LMSGetErrorString: words, LMSGetDiagnostic: words};
  window.API_1484_11 = {Initialize: start, Terminate: end, GetValue: get, SetValue: set, Commit: commit, GetLastError: code, GetErrorString: words, GetDiagnostic: words, version: "1.0"};
})(
