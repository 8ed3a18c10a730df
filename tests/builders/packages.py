"""Packages as authoring tools make them, and as somebody makes them who wants to do harm."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

SCORM_12 = """<?xml version="1.0"?>
<manifest identifier="m" xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2"
  xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2">
 <metadata><schema>ADL SCORM</schema><schemaversion>1.2</schemaversion></metadata>
 <organizations default="o"><organization identifier="o"><title>Writing minutes</title>
  <item identifier="i1" identifierref="r1"><title>Why minutes</title><adlcp:masteryscore>70</adlcp:masteryscore>
   <adlcp:datafromlms>level=2</adlcp:datafromlms></item>
 </organization></organizations>
 <resources><resource identifier="r1" type="webcontent" adlcp:scormtype="sco" href="sco/index.html?x=1"/></resources>
</manifest>"""
SCORM_2004 = """<?xml version="1.0"?>
<manifest identifier="m" xmlns="http://www.imsglobal.org/xsd/imscp_v1p1"
  xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_v1p3" xmlns:imsss="http://www.imsglobal.org/xsd/imsss">
 <metadata><schema>ADL SCORM</schema><schemaversion>2004 4th Edition</schemaversion></metadata>
 <organizations default="o"><organization identifier="o"><title>Open data</title>
  <item identifier="i1" identifierref="r1"><title>First steps</title><imsss:sequencing><imsss:objectives>
   <imsss:primaryObjective satisfiedByMeasure="true"><imsss:minNormalizedMeasure>0.6</imsss:minNormalizedMeasure>
   </imsss:primaryObjective></imsss:objectives></imsss:sequencing></item>
 </organization></organizations>
 <resources><resource identifier="r1" type="webcontent" adlcp:scormType="sco" href="index.html"/></resources>
</manifest>"""
CARTRIDGE = """<?xml version="1.0"?>
<manifest identifier="m" xmlns="http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1">
 <metadata><schema>IMS Common Cartridge</schema><schemaversion>1.1.0</schemaversion></metadata>
 <organizations><organization identifier="o" structure="rooted-hierarchy"><item identifier="root">
  <item identifier="i1" identifierref="r1"><title>Reader</title></item></item></organization></organizations>
 <resources><resource identifier="r1" type="webcontent" href="index.html"/></resources>
</manifest>"""
CMI5 = """<?xml version="1.0"?>
<courseStructure xmlns="https://w3id.org/xapi/profiles/cmi5/v1/CourseStructure.xsd">
 <course id="https://example.org/c"><title><langstring lang="en">Cyber basics</langstring></title></course>
 <au id="https://example.org/au1" moveOn="Passed" masteryScore="0.8"><title><langstring lang="en">Passwords</langstring>
 </title><url>index.html?a=1</url></au>
</courseStructure>"""
CMI5_BLOCKS = """<?xml version="1.0"?>
<courseStructure xmlns="https://w3id.org/xapi/profiles/cmi5/v1/CourseStructure.xsd">
 <course id="https://example.org/ports"><title><langstring lang="en">Ports</langstring>
  <langstring lang="fr">Les ports</langstring></title></course>
 <block id="https://example.org/block"><title><langstring lang="en">Begin</langstring></title>
  <au id="https://example.org/arrive" moveOn="CompletedAndPassed" masteryScore="0.8" launchMethod="OwnWindow">
   <title><langstring lang="en">Arrive</langstring></title><url>unit/index.html?theme=plain</url>
   <launchParameters>fast</launchParameters><entitlementKey>key</entitlementKey></au></block>
 <au id="https://example.org/elsewhere" moveOn="NotApplicable"><title><langstring lang="en">Read on</langstring></title>
  <url>https://elsewhere.example/read</url></au>
</courseStructure>"""
# What content made by cmi5 does: fetch its credential, read its launch data, and tell how far the learner is.
CMI5_UNIT = """<!DOCTYPE html><html lang="en"><head><title>Unit</title></head><body><p id="told">wait</p><script>
var asked = new URLSearchParams(location.search), told = document.getElementById("told"), sent = 0;
var VERBS = "http://adlnet.gov/expapi/verbs/", CATEGORY = "https://w3id.org/xapi/cmi5/context/categories/";
function head(token) {
  return {"Authorization": "Basic " + token, "X-Experience-API-Version": "1.0.3", "Content-Type": "application/json"};
}
async function run() {
  var token = (await (await fetch(asked.get("fetch"), {method: "POST"})).json())["auth-token"];
  var where = new URLSearchParams({activityId: asked.get("activityId"), agent: asked.get("actor"),
    registration: asked.get("registration"), stateId: "LMS.LaunchData"});
  var data = await (await fetch(asked.get("endpoint") + "activities/state?" + where, {headers: head(token)})).json();
  async function say(verb, result) {
    var context = JSON.parse(JSON.stringify(data.contextTemplate));
    context.registration = asked.get("registration");
    context.contextActivities.category = [{id: CATEGORY + "cmi5"}].concat(result ? [{id: CATEGORY + "moveon"}] : []);
    var statement = {id: crypto.randomUUID ? crypto.randomUUID() : undefined, actor: JSON.parse(asked.get("actor")),
      verb: {id: VERBS + verb}, object: {id: asked.get("activityId")}, context: context,
      timestamp: new Date().toISOString()};
    if (result) { statement.result = result; }
    var answer = await fetch(asked.get("endpoint") + "statements", {method: "POST", headers: head(token),
      body: JSON.stringify(statement)});
    sent += answer.ok ? 1 : 0;
  }
  await say("initialized");
  await say("completed", {completion: true, duration: "PT1S"});
  await say("passed", {success: true, score: {scaled: 0.9}, duration: "PT1S"});
  await say("terminated", null);
  told.textContent = [sent, asked.get("theme"), data.masteryScore, data.launchParameters].join(", ");
}
run().catch(function (error) { told.textContent = String(error); });
</script></body></html>"""
TINCAN = """<?xml version="1.0"?>
<tincan xmlns="http://projecttincan.com/tincan.xsd"><activities>
 <activity id="https://example.org/a" type="course"><name>Tin</name><launch lang="en">index.html</launch></activity>
</activities></tincan>"""
BOMB = """<?xml version="1.0"?><!DOCTYPE m [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><manifest>&b;</manifest>"""
PDF = b"%PDF-1.7\n" + bytes(range(256)) * 20
VIDEO = b"\x00\x00\x00\x18ftypmp42" + bytes(range(256)) * 8_192


def archive(files: Mapping[str, str | bytes]) -> bytes:
    """Return an archive of files."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in files.items():
            zipped.writestr(zipfile.ZipInfo(name), content)
    return made.getvalue()


def scorm_12() -> bytes:
    """Return a SCORM 1.2 package."""
    page = "<!DOCTYPE html><html><head><title>x</title></head><body><script src='a.js'></script></body></html>"
    return archive({"imsmanifest.xml": SCORM_12, "sco/index.html": page, "sco/a.js": "var a = 1;"})


def scorm_2004() -> bytes:
    """Return a SCORM 2004 package."""
    return archive({"imsmanifest.xml": SCORM_2004, "index.html": "<html><head></head><body>x</body></html>"})


def cmi5() -> bytes:
    """Return a cmi5 package: a block with a unit that runs, and a unit on another site."""
    return archive({"cmi5.xml": CMI5_BLOCKS, "unit/index.html": CMI5_UNIT})


H5P_JSON = """{"title": "Ports & <b>rules</b>", "language": "en", "mainLibrary": "H5P.Pick", "embedTypes": ["iframe"],
 "preloadedDependencies": [{"machineName": "H5P.Pick", "majorVersion": 1, "minorVersion": 0}]}"""
H5P_LIBRARY = """{"title": "Pick", "machineName": "H5P.Pick", "majorVersion": 1, "minorVersion": 0, "patchVersion": 0,
 "runnable": 1, "preloadedJs": [{"path": "pick.js"}]}"""
# Written against the library interface of H5P: what it inherits and triggers is the player's own.
H5P_SCRIPT = """H5P.Pick = function (given, id, extras) {
  H5P.EventDispatcher.call(this);
  var self = this, picked = (extras.previousState || {}).picked || "nothing";
  this.getCurrentState = function () { return {picked: picked}; };
  this.attach = function (container) {
    container[0].innerHTML = "<p id='picked'></p>";
    var line = container[0].querySelector("p");
    line.textContent = "picked before: " + picked;
    given.answers.forEach(function (answer) {
      var button = document.createElement("button");
      button.textContent = answer.text;
      button.onclick = function () {
        picked = answer.text;
        line.textContent = "picked: " + picked;
        self.triggerXAPIScored(answer.points, 4, "answered", true, answer.points >= 3);
      };
      container[0].appendChild(button);
    });
  };
};
H5P.Pick.prototype = Object.create(H5P.EventDispatcher.prototype);
H5P.Pick.prototype.constructor = H5P.Pick;"""
H5P_CONTENT = """{"answers": [{"text": "Wrong", "points": 1}, {"text": "Right", "points": 3}]}"""


def h5p() -> bytes:
    """Return an H5P package with a library of its own, as an authoring tool exports it."""
    return archive(
        {
            "h5p.json": H5P_JSON, "content/content.json": H5P_CONTENT, "H5P.Pick-1.0/library.json": H5P_LIBRARY,
            "H5P.Pick-1.0/pick.js": H5P_SCRIPT,
        }
    )  # fmt: skip


def crumbled() -> bytes:
    """Return an archive whose manifest is packed in a way that cannot be unpacked."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr("imsmanifest.xml", SCORM_2004)
        zipped.writestr("index.html", "<p>x</p>")
    whole = bytearray(packed.getvalue())
    begins = whole.index(b"imsmanifest.xml") + len(b"imsmanifest.xml")
    whole[begins] |= 0b110  # a kind of block that deflate does not have
    return bytes(whole)


def linked() -> bytes:
    """Return an archive that holds a symbolic link."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as zipped:
        entry = zipfile.ZipInfo("imsmanifest.xml")
        entry.external_attr = 0o120777 << 16
        zipped.writestr(entry, "/etc/passwd")
    return made.getvalue()


def swollen() -> bytes:
    """Return a small archive that unpacks to far more than it is."""
    return squeezed({"imsmanifest.xml": SCORM_2004, "index.html": b"0" * (32 << 20)})


def squeezed(files: Mapping[str, str | bytes]) -> bytes:
    """Return an archive, packed as tight as can be."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as zipped:
        for name, content in files.items():
            zipped.writestr(name, content)
    return made.getvalue()
