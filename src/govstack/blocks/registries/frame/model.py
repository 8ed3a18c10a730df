"""Sentences of services, found again by their shape, so that pages say them in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from govstack.kernel.i18n import PLACEHOLDER, _

# What services say of a field or another part of what somebody wrote: the words that complete a sentence.
FAULTS = (
    _("is required"),
    _("must be text"),
    _("must be a list"),
    _("must be a number"),
    _("must be a whole number"),
    _("must be true or false"),
    _("must be JSON"),
    _("must be a real date"),
    _("must be an object"),
    _("must be a date such as 2026-11-21"),
    _("must be a time such as 21:30 or 21:30:00"),
    _("must be a moment with its time zone such as 2026-11-21T21:30:00Z"),
    _("must be a key of the catalogue"),
    _("must be a file: url, originalName and type, or $documentId"),
    _("must name its file by an address that starts with https://, http:// or /"),
    _("must be of one of the types {types}"),
    _("must be a GeoJSON object of type {types}"),
    _("must hold coordinates: longitude from -180 to 180, then latitude from -90 to 90"),
    _("must have at most {number} characters"),
    _("must have at least {number} characters"),
    _("must be at least {number}"),
    _("must be at most {number}"),
    _("must be one of {values}"),
    _("must be sent in clear"),
    _("must be another person"),
    _("must be after validFrom"),
    _("does not have the form that the schema demands"),
    _("cannot be changed once it is set"),
    _("names a record that does not exist"),
    _("is taken by another record"),
    _("is missing"),
    _("is reserved"),
    _("is too long"),
    _("is a number too large to keep exactly; send it as text"),
    _("is nested deeper than {number} levels"),
    _("holds a value that is not JSON"),
    _("holds more than {number} values"),
    _("holds more than {number} rows"),
    _("has at most {number} characters"),
    _("has more than {number} characters"),
    _("has 1 to 64 letters, digits, _ or -, the first a letter"),
    _("has small letters, digits and -, and is not the name of a standard service"),
    _("is a number of days above 0"),
    _("is a number such as 2.1"),
    _("are role:<role>, person:<id>, scope:<scope> or application:INSTANCE/CLASS/MEMBER/APP"),
    _("are at most {number}"),
    _("are 1 to {number}; leave them out to mean all"),
    _("is anyone, signed-in, role:<role>, group:<code>, person:<id> or application:A/B/C/D"),
    _("name at least one service"),
    _("needs a field that identifies the person"),
    _("is one of {values}"),
    _("is one of {values}: custom services only read"),
    _("is one too many: a version has at most {number} custom services"),
    _("is no code"),
    _("are too many or none"),
    _("{name} is no field of this version"),
    _("{name} is no field of the registry"),
    _("is no field of the registry"),
    _("is not a pattern that can be searched for"),
    _("has more values than there are columns"),
    _("has fewer values than there are columns"),
    _("holds a formula; put its result in its place"),
    _("holds a formula that failed, such as #N/A"),
    _("holds a NUL character"),
    _("holds half a character"),
    _("are 1 to {number}"),
    _("has 1 to {number} characters"),
    _("is a time such as 06:30"),
    _("is a time zone such as Africa/Nairobi"),
    _("cannot ask who calls, for nobody does"),
    _("takes {name}, which is no field of the registry"),
    _("write {name}, which is no field of the registry"),
    _("writes {name}, which is no field of {code}"),
    _("is no published registry"),
    _("names 1 to {number} fields that find the record"),
    _("names {name}, which the mapping does not write"),
    _("needs a right that you do not have"),
    _("is none that this installation lets automations call as"),
    _("is CLASS/MEMBER/APPLICATION/SERVICE"),
    _("starts with / and holds letters, digits and . _ ~ -"),
    _("starts with https://"),
    _("is at a host that this installation does not let automations call"),
    _("is https://, a host and a path, without name, password and query"),
    _("is not on the public network"),
)
# What stands in the way of publishing, said of a field, and other whole sentences.
SENTENCES = (
    _("A registry has at least one field."),
    _("A field inside a grid cannot be a key, an identifier or indexed."),
    _("A registry has one primary key; {name} is one already."),
    _("One field identifies the person; {name} does already."),
    _("{number} fields have the id {id}; each needs its own."),
    _("{name} is no field whose values can be compared."),
    _("{names} have at most {number} characters together; set maxLength."),
    _("A registry has at most {number} indexed fields and {uniques} unique combinations."),
    _(
        "A field name has 1 to {number} characters, no blank at its ends, does not start with $ and holds no slash,"
        ' backslash, quotation mark (") or control character.'
    ),
    _("Fields are nested at most {number} deep."),
    _('"{word}" is not a type. Use one of {types}.'),
    _("Only an object or a list has fields of its own."),
    _("An object needs fields; use json for an object of any shape."),
    _("For several objects use a list."),
    _("The smallest value is above the largest."),
    _("The smallest length is above the largest."),
    _("min and max are for numbers; use minLength and maxLength for text."),
    _("minLength, maxLength and pattern are for text."),
    _("maxLength is at least 1."),
    _("A description has at most {number} characters."),
    _("A pattern has at most {number} characters."),
    _("The pattern is not a regular expression we can run safely (no look-around, no back-references)."),
    _("A field has at most {number} choices."),
    _("A catalogue needs its entries: catalogue {code: label}."),
    _("Only text has choices."),
    _("A choice is named twice."),
    _("A secret field is encrypted, so it cannot be a key, an identifier of a person or indexed."),
    _("Only one text, number, date, time or truth value can be a key or indexed."),
    _("An indexed text has at most {number} characters; set maxLength."),
    _("Mark the fields inside as secret, or use json."),
    _("The identifier of a person is text."),
    _("There is no published database with the id {id} to link to."),
    _("Only a single text or number that is not secret can link to another database."),
    _("The database {id} has no field {number} that can be linked to."),
    _("A strict link needs a unique field; field {number} of database {id} is not."),
    _("A field has at most {number} triggers."),
    _("A trigger has 1 to {number} actions and at most {conditions} conditions."),
    _('"{word}" is no comparison; use {words}.'),
    _('"{word}" is no gate; use {words}.'),
    _('"{word}" is no action; use {words}.'),
    _("No field has the id {number}."),
    _("A template has at most {number} characters."),
    _("{{name}} is neither a field nor one of {words}."),
    _("A number is filled up to at most {number} digits."),
    _("{number} records share a value that must be unique."),
    _("{number} records hold text of more than {characters} characters."),
    _("A key has {least} to {most} characters, not the same ones over and over."),
    _("A template has a code of small letters, digits and -, and a title."),
    _("A group has a code of small letters, digits and -, and a name."),
    _("A group has at most {number} members."),
    _("{name} is no member: write role:…, person:… or application:A/B/C/D."),
    _("A registry has at most {number} grants. Use groups and policies."),
    _("{name} is of type {type}: the value does not fit."),
    _("{name} is of type {type}: {operator} does not fit."),
    _("{name} cannot be ordered by."),
    _("{name} can only be compared for equality."),
    _("Pages reach to result {number}. Narrow the search, or follow the next links."),
    _("A search has at most {number} characters."),
    _("Records of {name} link to this one. Change or delete those first."),
    _("Records of {name} that you may not delete link to this one."),
    _("{name} links to this registry. Remove that link first."),
    _("The version must be above {number}."),
    _("A version is a number such as 2 or 2.1."),
    _("There is no draft to publish."),
    _("You do not have the right to use the field {name} here."),
    _("You do not have the right to write {name}."),
    _("There is no registry of this name and version. Check both; `latest` means the newest version."),
    _("This version of the registry has no service of this name."),
    _("This version of the registry does not offer this service. Whoever manages the registry can switch it on."),
    _("You do not have the right to use this service of the registry. Ask its owner to grant it."),
    _("This short code is reserved. Choose another."),
    _("Other registries link to this one. Remove those links first."),
    _("Your right does not cover a record with this content."),
    _("Other records link to this one. Change or delete those first."),
    _("Another record has a value that must be unique."),
    _("The record has changed since you read it. Read it again, then repeat your change."),
    _("You can see who read your own data only. Sign in as the person concerned, or ask an auditor."),
    _("Send the person's identifier as userId and the database's acronym as databaseId."),
    _("The pattern would have to look at too many records. Narrow the search by an exact value first."),
    # What becomes of records in the hands of automations.
    _("This automation made the change itself."),
    _("A chain of automations became too long."),
    _("The record is gone, or the owner of the automation has no right to it."),
    _("The record does not meet the condition."),
    _("No record of the target registry matches."),
    _("The answer is no JSON object."),
    _("The process ended during each attempt."),
    _("Something went wrong on our side."),
    _("The service answered with status {number}."),
    _("The address leads into a private network."),
    _("The address leads nowhere right now."),
    _("Nobody has confirmed the automation for a year."),
    _("The automation is paused. Switch it on first."),
    # What is wrong with a file of records, or with its import.
    _("The file is not text in UTF-8. Save it as “CSV UTF-8” or as a spreadsheet (.xlsx), then send it again."),
    _("The file is not a spreadsheet that can be read. Save it as .xlsx, then send it again."),
    _("The spreadsheet unpacks into more than may be read. Send it as CSV."),
    _("The spreadsheet cannot be read after row {number}."),
    _("The file breaks off or has a stray quotation mark after row {number}."),
    _("The first row has a stray quotation mark."),
    _("The first row must name the columns; what stands there is too long or no text."),
    _("The file is empty. Its first row must name the columns."),
    _("The file holds no rows."),
    _("The file has more than {number} columns."),
    _("The file has more than {number} rows. Send it in several files."),
    _("The file names more than {number} fields, or one too long to be one."),
    _("Two columns are called {name}. Rename one of them, then send the file again."),
    _("The file is not JSON after record {number}, or a record is too long."),
    _("The file breaks off after record {number}, or is not JSON there."),
    _("Record {number} is nested too deeply."),
    _("The registry has no field {name} that you may write."),
    _("Two columns are matched to {name}."),
    _("The columns do not match the fields. Match each field to one column at most, and one field at least."),
    _("You have several imports open in this registry. Finish or cancel one first."),
    _("Send a CSV file, a spreadsheet (.xlsx) or JSON."),
    _("Something went wrong on our side, several times. Rows taken so far stay taken. Start the import again."),
    # What a check of the chain can find.
    _("entries {first} to {last} are missing"),
    _("entry {number} does not follow the one before"),
    _("entry {number} was changed"),
    _("entries after {number} do not reach the end of the chain"),
    _("records {first} to {last} are missing"),
    _("record {id} was inserted without a change in the log"),
    _("record {id} was changed behind the log"),
    _("record {id} was deleted, archived or brought back behind the log"),
    _("record {id} does not name its last change"),
    _("records after {number} do not reach the last number"),
    _("records {first} to {last} differ from what was loaded"),
    _("{number} records are in use where the chain counts {count}"),
)


@dataclass(frozen=True, slots=True)
class Shapes:
    """Templates with {places}, the most specific first: those with the most fixed letters."""

    patterns: tuple[tuple[re.Pattern[str], str], ...]

    @classmethod
    def of(cls, templates: Iterable[str]) -> Shapes:
        """Return the shapes of these templates."""
        ordered = sorted(templates, key=lambda one: -len(PLACEHOLDER.sub("", one)))
        return cls(tuple((_pattern(one), one) for one in ordered))

    def find(self, message: str) -> tuple[str, dict[str, str]]:
        """Return the template a message was made of and what filled its places; the message itself when none fits."""
        for pattern, template in self.patterns:
            match = pattern.fullmatch(message)
            if match is not None:
                return template, match.groupdict()
        return message, {}


def _pattern(template: str) -> re.Pattern[str]:
    parts, position = [], 0
    for place in PLACEHOLDER.finditer(template):
        parts.append(re.escape(template[position : place.start()]))
        parts.append(f"(?P<{place[1]}>.+?)")
        position = place.end()
    return re.compile("".join(parts) + re.escape(template[position:]), re.DOTALL)


KNOWN = Shapes.of((*FAULTS, *SENTENCES))
