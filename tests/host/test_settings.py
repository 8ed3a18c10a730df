"""Every setting refuses what breaks its rule, and takes what keeps to it, without repeating secrets."""

from __future__ import annotations

import pytest

from govstack.host import compose
from govstack.kernel import rules
from govstack.kernel.settings import Setting, SettingsError, load

KNOWN = compose.settings(compose.packages())
NUMBERS = ("-1", "1e3", "1_000", "2.5", "many", "", " 7", "9" * 5_000, "٣")
ADDRESSES = (
    "foo",
    "foo:80",
    "//foo",
    "ftp://foo",
    "https://",
    "https://foo:0",
    "https://foo:no",
    "https://a b",
    "https://a?b",
)
FILES = ("/none.pem", "docs", "README.md", "a\x00b")
WORDS = ("festive", "SANDBOX ", "1")
HOSTS = ("https://foo", "foo/bar", "a b", "*foo", "foo:port", "10.0.0.0/99", "foo:1:2:")
WRONG: dict[str, tuple[str, ...]] = {
    "PROFILE": WORDS,
    "DATA_DIR": ("README.md", "README.md/below", ""),
    "DATABASE_SCHEMA_PREFIX": ("Gov", "gov-", "1gov", "g" * 31, 'g"'),
    "SQLITE_SYNCHRONOUS": ("full", "SOMETIMES"),
    "NATS_URL": ("foo", "https://foo", "nats://", "nats://a,foo"),
    "HOST": ("http://127.0.0.1", "127.0.0.1:80", "a b", "a/b", "[::1]"),
    "SECRET": ("short", "a" * 40),
    "INSTANCE": ("a b/c", "1st", "a" * 65, "a/b"),
    "TIME_ZONE": ("", "Nairobi", "UTC+3", "Africa/nowhere"),
    "LOG_LEVEL": ("NOISY", "info"),
    "LOG_FILE": ("docs",),
    "CREDENTIALS": ("x", "[]", '{"a": 1}'),
    "IDENTITY_CLIENTS": ("a, b", '{"a": "b"}'),
    "IDENTITY_MESSAGING": ("GOV/1/messaging", "a b/c/d/e"),
    "IDENTITY_APPLICATION": ("GOV/1", "GOV/1/a/b"),
    "IDENTITY_WALLET_LINK": ("https://wallet.example", "javascript:alert({code})", "wallet {code}", "{code}"),
    "IDENTITY_CODES_MAX": ("0", "many"),
    "IDENTITY_SITE": ("", " ", "State: sign-in", "x" * 61),
    "IDENTITY_PEOPLE_LEVEL": ("pin", "two-factors"),
    "LEARN_ACTIVE_DAYS": ("0", "367"),
    "LEARN_COMMUNITY_PERIOD_DAYS": ("6", "367"),
    "LEARN_FIRM_PEOPLE": ("1", "10001"),
    "LEARN_LATE_ANSWER_DAYS": ("-1", "367"),
    "LEARN_HELD_UP_SCORE": ("0", "6", "three"),
    "LEARN_CURRENCY": ("", "usd", "dollars"),
    "LEARN_BEHAVIOUR_DAYS": ("two months", "60", "90-60"),
    **dict.fromkeys(
        ("LEARN_ANSWER_DAYS", "LEARN_TEST_DAYS", "LEARN_COACHING_DAYS", "LEARN_NEEDS_DAYS", "LEARN_EVENT_DAYS",
         "LEARN_EVENT_NEEDS_DAYS", "LEARN_SELF_DESCRIPTION_DAYS", "LEARN_QUESTION_DAYS"),
        ("36501", *NUMBERS),
    ),
    "LEARN_COMMUNITY_IDLE_MONTHS": ("0", "61"),
    "LEARN_RESULTS_DAYS": ("180 365", "", "365-180"),
    "LEARN_COMMUNITY_DROP_PERCENT": ("0", "101", "much"),
    "LEARN_REFUSED_ROWS_DAYS": ("0", "a month"),
    "LEARN_SIMILAR_PERCENT": ("0", "101"),
    "LEARN_KNOWLEDGE_UNUSED_MONTHS": ("0", "a year", "121"),
    "LEARN_LINK_HOSTS": HOSTS,
    "LEARN_TOOL_HOSTS": HOSTS,
    "LEARN_CONTENT_URL": ADDRESSES,
    "LEARN_H5P_PLAYER": ("docs", "node_modules/h5p-standalone", "x" * 5_000),
    "IDENTITY_STAFF_LEVEL": ("static-code", ""),
    "IDENTITY_CODE_CHANNELS": ("fax", "email;sms"),
    "IDENTITY_PARTNER_HOSTS": ("https://foo", "*", "a b"),
    "IDENTITY_PARTNER_PRIVATE": ("maybe", "2"),
    "IDENTITY_LOGOUT_PRIVATE": ("maybe", "2"),
    "IDENTITY_CREDENTIAL_KINDS": ("card", '{"id": {}}', '{"a": {"form": "x", "days": 1, "attributes": []}}'),
    "IDENTITY_ATTRIBUTES": ("Blood group", "1st", "a;b"),
    "MEDIATOR_ALLOWED_HOSTS": HOSTS,
    "MEDIATOR_SPEC_HOSTS": HOSTS,
    "MEDIATOR_ENVIRONMENT_SHARED": ("all", "cpu,ram"),
    "MESSAGING_CALLBACK_HOSTS": HOSTS,
    "MESSAGING_ARCHIVE_FOLDER": ("README.md", "README.md/below"),
    "SMTP_URL": ("nonsense", "https://x", "smtp://", "smtp://x?tls=1", "smtp://x?starttls=maybe", "smtp://x/y"),
    "SMPP_URL": ("nonsense", "smpp://x", "smpp://a:ninechars@x", "smpp://a:b@x?receipts=perhaps", "smpp://a:b@x/y"),
    "MESSAGING_SMS_SOURCE": ("a name of twelve", "+1", "00-1", "Ministère"),
    "MESSAGING_SMS_ORDER": ("smtp", "smpp;http"),
    "MESSAGING_SMS_HTTP_METHOD": ("GET", "post"),
    "MESSAGING_SMS_HTTP_HEADERS": ("x", "[]", '{"a b": "c"}', '{"a": "b\\r\\nc: d"}'),
    "MESSAGING_SMS_HTTP_BODY": ("$text", "$recipient $text $key", "$recipient $text $"),
    "MESSAGING_SMS_HTTP_REJECTED": ("200", "404;422", "x"),
    "AUTOMATION_HOSTS": ("https://foo", "*", "a b"),
    "AUTOMATION_APPLICATIONS": ("shop", "COM/9", "COM/9/shop/x"),
    "AUTOMATION_PRIVATE_ADDRESSES": ("maybe", "2"),
    "REGISTRIES_CONSENT_SERVICE": ("consent", "GOV/7000/consent", "GOV/7000/consent/consent/x", "a b/c/d/e"),
    "REGISTRIES_CONSENT_CALLER": ("registries", "GOV/7000", "GOV/7000/registries/x"),
    "CONSENT_ENFORCED": ("a, b", "a/b"),
    "CONSENT_APPLICATIONS": ("consent:verify", "[]", '{"demo/GOV/1/desk": ["consent:verify"]}'),
    "CONSENT_WEBHOOK_HOSTS": ("https://foo", "*", "a b"),
    "CONSENT_WEBHOOK_PRIVATE": ("maybe", "2"),
    "LEARN_FIGURES_OPEN": ("maybe", "2"),
    "LEARN_SPLITS": ("gender", "age disability", "Age"),
    "IDENTITY_ROLES": ("clerk", '{"Clerk": {"title": {"en": "C"}}}', '{"clerk": {"scopes": "a"}}'),
    "IDENTITY_ENROLMENT_DOCUMENTS": ("letter", '{"Letter": {"en": "Letter"}}', '{"letter": "Letter"}'),
    "IDENTITY_ENROLMENT_FIELDS": ("name", "[]", '{"bloodType": 1}'),
    "IDENTITY_ENROLMENT_LANGUAGES": ("English", "en fr"),
    "IDENTITY_ENROLMENT_NEEDED": ("Name", "a b"),
    "IDENTITY_ENROLMENT_SOURCES": ("population", "[]", '{"population": {"service": "GOV/1"}}'),
    "CONSENT_MESSAGING_SERVICE": ("messages", "GOV/7001/mail", "GOV/7001/mail/post/more", "GOV/70 01/mail/post"),
    "CONSENT_MESSAGING_APPLICATION": ("consent", "GOV/7001", "GOV/7001/consent/more"),
    "CONSENT_PERSON_ID_TYPE": ("", " ", "x" * 301),
    "LEARN_ISSUERS_FOLDER": ("README.md", "README.md/below"),
    "LEARN_ISSUER_NAME": ("", " ", "x", "x" * 121),
    "LEARN_REQUEST_DAYS": ("0", "367"),
    "LEARN_RATING_ORDER": ("self,guess", "self test", "SELF"),
    "LEARN_TYPOLOGY": ("", "The plan", "-a"),
    "LEARN_SUPPORT_CHANNELS": ("Phone", "Phone:", "Phone: 555, desk"),
    "LEARN_MESSAGING_SERVICE": ("messages", "GOV/7001/mail", "GOV/7001/mail/post/more"),
    "LEARN_MESSAGING_APPLICATION": ("learn", "GOV/7001", "GOV/7001/learn/more"),
    "LEARN_CONSENT_SERVICE": ("consent", "GOV/7000/consent", "GOV/7000/consent/consent/more"),
    "LEARN_CONSENT_APPLICATION": ("learn", "GOV/7000", "GOV/7000/learning/more"),
    "LEARN_CONSENT_AGREEMENT": ("one two", "one,two", "one/two"),
}  # fmt: skip
RIGHT: dict[str, tuple[str, ...]] = {
    "IDENTITY_SITE": ("Republic of Testland", "دولة"),
    "DATA_DIR": ("docs", "/tmp/none/at/all"),
    "DATABASE_URL": (
        "sqlite:////tmp/x",
        "postgresql://u:p%40@h1:5432,h2:5432/db?sslmode=verify-full",
        "postgresql:///db",
    ),
    "DATABASE_SCHEMA_PREFIX": ("cluster_",),
    "NATS_URL": ("nats://127.0.0.1:4222", "tls://u:p@a:4222,tls://u:p@b:4222"),
    "HOST": ("0.0.0.0", "::1", "localhost", "gov.example.org"),
    "PUBLIC_URL": ("https://gov.example.org", "http://127.0.0.1:8000", "https://[::1]:8443/"),
    "INSTANCE": ("demo", "gov-stack.example"),
    "TIME_ZONE": ("UTC", "Africa/Nairobi", "America/Argentina/Buenos_Aires"),
    "MEDIATOR_ALLOWED_HOSTS": ("*", "a, b:80,*.gov.example,10.0.0.0/8,::1,[::1]:80,fd00::/8,127.0.0.1:9"),
    "MESSAGING_ARCHIVE_FOLDER": ("docs", "/tmp/none/at/all"),
    "SMTP_URL": ("smtp://127.0.0.1:2525", "smtps://u:p%40@mail.example.org", "smtp://mail.example.org?starttls=yes"),
    "SMPP_URL": ("smpp://clinic:secret@127.0.0.1:2775", "smpps://a:b@one.example smpp://a:%40@two.example?receipts=no"),
    "MESSAGING_SMS_SOURCE": ("4711", "+447700900000", "Clinic"),
    "MESSAGING_SMS_ORDER": ("http,smpp", "smpp"),
    "MESSAGING_SMS_HTTP_HEADERS": ('{"authorization": "Bearer x"}',),
    "MESSAGING_SMS_HTTP_BODY": ("to=$recipient&text=$text&price=$$1",),
    "MESSAGING_SMS_HTTP_REJECTED": ("404, 422",),
    "AUTOMATION_HOSTS": ("hooks.example.org, *.example.org,10.0.0.1",),
    "AUTOMATION_APPLICATIONS": ("COM/9/shop,GOV/1/desk",),
    "AUTOMATION_PRIVATE_ADDRESSES": ("yes", "No", "1", "off"),
    "REGISTRIES_CONSENT_SERVICE": ("", "GOV/7000/consent/consent"),
    "REGISTRIES_CONSENT_CALLER": ("", "GOV/7000/registries"),
    "CONSENT_ENFORCED": ("", "cash-transfer", "cash-transfer 0198f2c4-8e70-7d31-9a55-3f0d6a1b2c4d"),
    "CONSENT_APPLICATIONS": ('{"demo/GOV/1/desk": "consent:verify consent:record"}',),
    "CONSENT_WEBHOOK_HOSTS": ("hooks.example.org, *.example.org",),
    "IDENTITY_PARTNER_HOSTS": ("hooks.example.org, *.example.org",),
    "IDENTITY_ROLES": ('{"clerk": {"title": {"en": "Clerk", "fr": "Greffier"}, "scopes": "registries:analyse"}}',),
    "IDENTITY_ENROLMENT_DOCUMENTS": ('{"clan-letter": {"en": "Letter", "fr": "Lettre"}}',),
    "IDENTITY_LOGOUT_PRIVATE": ("yes", "off"),
    "IDENTITY_ENROLMENT_FIELDS": ('{"bloodType": "blood_type", "town": "address.locality"}',),
    "IDENTITY_ENROLMENT_LANGUAGES": ("eng, kab,ar-MA",),
    "IDENTITY_ENROLMENT_NEEDED": ("name, birthdate,gender",),
    "CONSENT_MESSAGING_SERVICE": ("GOV/7001/mail/post",),
    "CONSENT_MESSAGING_APPLICATION": ("GOV/7001/consent",),
    "IDENTITY_PEOPLE_LEVEL": ("generated-code", "static-code"),
    "LEARN_HELD_UP_SCORE": ("1", "5"),
    "LEARN_CURRENCY": ("USD", "KES"),
    "LEARN_BEHAVIOUR_DAYS": ("60-90", "30-60"),
    "LEARN_COMMUNITY_IDLE_MONTHS": ("1", "60"),
    "LEARN_RESULTS_DAYS": ("180-365", "90-400"),
    "LEARN_COMMUNITY_DROP_PERCENT": ("1", "40", "100"),
    "LEARN_SIMILAR_PERCENT": ("1", "95"),
    "LEARN_KNOWLEDGE_UNUSED_MONTHS": ("6", "24"),
    "LEARN_TOOL_HOSTS": ("", "tools.example", "*.edu.test"),
    "LEARN_LINK_HOSTS": ("", "*.go.test", "a.test,b.test:8443"),
    "LEARN_CONTENT_URL": ("", "https://content.learn.test/learn"),
    "LEARN_H5P_PLAYER": ("", "node_modules/h5p-standalone/dist"),
    "IDENTITY_STAFF_LEVEL": ("generated-code", "two-factors"),
    "IDENTITY_WALLET_LINK": ("https://wallet.example/link?code={code}", "wallet://link?code={code}"),
    "LEARN_ISSUERS_FOLDER": ("docs",),
    "LEARN_ISSUER_NAME": ("GovLearn", "École nationale d’administration"),
    "LEARN_REQUEST_DAYS": ("1", "30"),
    "LEARN_RATING_ORDER": ("self", "manager,self", "test,evidence,credential,self,manager"),
    "LEARN_TYPOLOGY": ("metp", "own-2026"),
    "LEARN_SUPPORT_CHANNELS": ("", "Phone: 555 0100", "Phone: 555 0100, Desk: Room 12"),
    "LEARN_MESSAGING_SERVICE": ("GOV/7001/mail/post",),
    "LEARN_MESSAGING_APPLICATION": ("GOV/7001/learn",),
    "LEARN_CONSENT_SERVICE": ("", "GOV/7000/consent/consent"),
    "LEARN_CONSENT_APPLICATION": ("", "GOV/7000/learning"),
    "LEARN_CONSENT_AGREEMENT": ("", "learning-progress"),
    "RATE_PER_SECOND": ("0", "1000000"),
}


def wrong_for(setting: Setting) -> tuple[str, ...]:
    """Return texts that a setting must refuse."""
    if setting.rule.words.startswith("be a whole number"):
        return NUMBERS
    kinds = {
        rules.WEB: ADDRESSES,
        rules.PEM: FILES,
        rules.DATABASE: (
            "mysql://x",
            "sqlite://x",
            "README.md",
            "sqlite:///README.md",
            "postgresql://",
            "postgresql://u:p@h:port/db",
            "postgresql://a b",
        ),
    }
    return kinds.get(setting.rule) or WRONG[setting.name]


@pytest.mark.requirement("X005", "X034")
@pytest.mark.parametrize("name", [name for name, setting in KNOWN.items() if setting.rule is not rules.ANY])
def test_a_wrong_value_is_refused_by_the_name_of_its_setting(name: str) -> None:
    setting = KNOWN[name]
    for text in wrong_for(setting):
        with pytest.raises(SettingsError) as refusal:
            load({setting.variable: text}, extra=KNOWN.values())
        said = str(refusal.value)

        assert said.startswith(f"{setting.variable} must {setting.rule.words}. Change it, or ")
        assert not setting.secret or len(text) < 4 or text in setting.rule.words or text not in said


@pytest.mark.parametrize("name", list(RIGHT))
def test_what_keeps_to_the_rule_is_taken(name: str) -> None:
    for text in RIGHT[name]:
        assert load({KNOWN[name].variable: text}, extra=KNOWN.values()).text(name) == text


def test_every_default_keeps_to_its_own_rule() -> None:
    assert [
        setting.complaint(setting.default) for setting in KNOWN.values() if setting.complaint(setting.default)
    ] == []
